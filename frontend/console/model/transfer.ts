// To whom can a conversation be handed, is the form complete, how long does an offer still stand?

export type TargetKind = 'person' | 'organisation' | 'topic';

export interface Target {
  readonly kind: TargetKind;
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  /** Places free; `null` for a topic, whose queue takes everybody. */
  readonly free: number | null;
}

export interface TransferForm {
  readonly target: string;
  readonly note: string;
}

export const NO_FORM: TransferForm = { target: '', note: '' };
export const NOTE_LIMIT = 1000;
export type TransferProblem = 'target' | 'note_empty' | 'note_too_long';

export const keyOf = (target: Pick<Target, 'kind' | 'id'>): string => `${target.kind}/${target.id}`;

/** Characters as the service counts them. */
export const lengthOf = (text: string): number => [...text.trim()].length;

export function problemsOf(form: TransferForm, targets: readonly Target[]): TransferProblem[] {
  const found: TransferProblem[] = [];
  if (!targets.some(target => keyOf(target) === form.target)) found.push('target');
  const length = lengthOf(form.note);
  if (length === 0) found.push('note_empty');
  if (length > NOTE_LIMIT) found.push('note_too_long');
  return found;
}

/** People first, those with most places free on top, then organisations, then the other topics. */
export function inOrder(targets: readonly Target[]): Target[] {
  const rank = { person: 0, organisation: 1, topic: 2 } as const;
  return [...targets].sort((a, b) => rank[a.kind] - rank[b.kind] || (b.free ?? 0) - (a.free ?? 0));
}

/** Whole minutes an offer still stands, at least one while it does. */
export const minutesLeft = (expiresAt: number, now: number): number =>
  Math.max(0, Math.ceil((expiresAt - now) / 60_000));

export const hasLapsed = (expiresAt: number, now: number): boolean => now >= expiresAt;
