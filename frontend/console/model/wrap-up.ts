// What is still missing before a conversation may be wrapped up and closed?

import type { Category } from './categories';

export interface WrapUpForm {
  readonly category: Category | '';
  readonly established: boolean | null;
  readonly note: string;
}

export type WrapUpStep = 'editing' | 'saving' | 'saved' | 'closing' | 'closed';
export type WrapUpProblem = 'category' | 'established' | 'note_too_long';

export const NOTE_LIMIT = 4000;

/** A consultation is established when both have spoken: proposed from the log, decided by the person. */
export function proposedForm(
  events: readonly { readonly kind: string; readonly role: string }[],
): WrapUpForm {
  const spoke = (role: (role: string) => boolean) => events.some(e => e.kind === 'message' && role(e.role));
  const both =
    spoke(role => role === 'seeker') && spoke(role => role === 'counsellor' || role === 'supervisor');
  return { category: '', established: events.length === 0 ? null : both, note: '' };
}

export function problems(form: WrapUpForm): WrapUpProblem[] {
  const found: WrapUpProblem[] = [];
  if (form.category === '') found.push('category');
  if (form.established === null) found.push('established');
  if ([...form.note].length > NOTE_LIMIT) found.push('note_too_long');
  return found;
}

/** The order is fixed: the wrap-up is saved, then the conversation may be closed. */
export function mayClose(step: WrapUpStep, status: string): boolean {
  return status === 'wrapped_up' || step === 'saved';
}
