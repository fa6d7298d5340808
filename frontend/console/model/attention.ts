// Which sound is due, and what does the tab's title say? Never a word of a conversation.

export type Tone = 'conversation' | 'offer' | 'queue' | 'message';

export interface Glance {
  readonly mine: readonly string[];
  /** Transfers offered to me. */
  readonly offers: readonly string[];
  readonly waiting: number;
  readonly unread: ReadonlyMap<string, number>;
  /** The conversation before the person's eyes; `null` if none, or if the tab is in the background. */
  readonly watched: string | null;
  readonly mayAccept: boolean;
}

/** One tone at most: a new conversation of one's own, then one offered to me, then somebody newly waiting, then a message elsewhere. */
export function toneFor(before: Glance | null, after: Glance): Tone | null {
  if (before === null) return null;
  const known = new Set(before.mine);
  if (after.mine.some(id => !known.has(id) && id !== after.watched)) return 'conversation';
  if (after.offers.some(id => !before.offers.includes(id))) return 'offer';
  if (after.mayAccept && after.waiting > before.waiting) return 'queue';
  for (const [id, count] of after.unread) {
    if (id !== after.watched && count > (before.unread.get(id) ?? 0)) return 'message';
  }
  return null;
}

/** Conversations that hold something unread, in brackets before the name of the page. */
export function titleFor(name: string, unread: ReadonlyMap<string, number>): string {
  let waiting = 0;
  for (const count of unread.values()) if (count > 0) waiting += 1;
  return waiting > 0 ? `(${waiting}) ${name}` : name;
}
