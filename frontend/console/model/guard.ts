// Has somebody written since this draft was begun, so that it may answer the wrong thing?

import type { Draft, Mode } from './drafts';

export interface Said {
  readonly seq: number;
  readonly kind: string;
  readonly from: string | null;
}

/** The messages of others that arrived after the draft was begun. A note answers nobody, so it is never held. */
export function unseenByDraft<Event extends Said>(
  draft: Draft,
  mode: Mode,
  events: readonly Event[],
  isMine: (event: Event) => boolean,
): Event[] {
  if (mode === 'note') return [];
  return events.filter(event => event.kind === 'message' && event.seq > draft.base && !isMine(event));
}
