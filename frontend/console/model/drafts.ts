// What has been typed and not sent? Kept in memory only, one draft a conversation and mode, lost with the page.

export type Mode = 'reply' | 'note';

export interface Draft {
  readonly text: string;
  /** The newest `seq` that existed when the first character of this draft was typed. */
  readonly base: number;
}

export type Drafts = ReadonlyMap<string, Draft>;

const key = (conversation: string, mode: Mode) => `${conversation}/${mode}`;

export const NO_DRAFTS: Drafts = new Map();

export function draftOf(drafts: Drafts, conversation: string, mode: Mode): Draft | null {
  return drafts.get(key(conversation, mode)) ?? null;
}

/** An emptied draft is gone, so that the next first character takes a new base. */
export function withDraft(
  drafts: Drafts,
  conversation: string,
  mode: Mode,
  text: string,
  head: number,
): Drafts {
  const next = new Map(drafts);
  const at = key(conversation, mode);
  if (text === '') next.delete(at);
  else next.set(at, { text, base: drafts.get(at)?.base ?? head });
  return next;
}

/** The person has been shown everything up to `head`: the draft now answers that. */
export function rebased(drafts: Drafts, conversation: string, mode: Mode, head: number): Drafts {
  const draft = draftOf(drafts, conversation, mode);
  if (draft === null) return drafts;
  return new Map(drafts).set(key(conversation, mode), { text: draft.text, base: head });
}

/** A conversation that may no longer be read takes its drafts with it. */
export function withoutConversation(drafts: Drafts, conversation: string): Drafts {
  const next = new Map(drafts);
  next.delete(key(conversation, 'reply'));
  next.delete(key(conversation, 'note'));
  return next;
}

export function hasDraft(drafts: Drafts, conversation: string): boolean {
  return draftOf(drafts, conversation, 'reply') !== null || draftOf(drafts, conversation, 'note') !== null;
}
