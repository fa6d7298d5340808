// How many of the help-seeker's messages has this person not had before their eyes?

export interface Countable {
  readonly seq: number;
  readonly kind: string;
  readonly role: string;
}

/** Counted by sequence, never by time: messages of the help-seeker after the last one seen. */
export function unreadCount(events: readonly Countable[], seenUpto: number): number {
  let count = 0;
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i];
    if (event === undefined || event.seq <= seenUpto) break;
    if (event.kind === 'message' && event.role === 'seeker') count += 1;
  }
  return count;
}

/** The first unread message: the "new" line is drawn above it. `null` if all is read. */
export function firstUnread(events: readonly Countable[], seenUpto: number): number | null {
  for (const event of events) {
    if (event.seq > seenUpto && event.kind === 'message' && event.role === 'seeker') return event.seq;
  }
  return null;
}

/** A marker only moves forward. */
export function furthest(...marks: readonly (number | null | undefined)[]): number {
  return marks.reduce<number>((best, mark) => Math.max(best, mark ?? 0), 0);
}
