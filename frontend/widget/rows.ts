// In which rows is a conversation drawn? Day dividers, messages grouped by who wrote them, and plain lines for those
// who come and go; what is still on its way stands at the end.
import { dayNumber } from '../i18n/time';
import type { Entry, Participant } from '../protocol/frames';
import type { OutboxItem } from '../socket/outbox';

export type Mark = 'stored' | 'seen' | null;

export type Row =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'joined'; key: string; person: Participant }
  | { kind: 'left'; key: string; gone: boolean; transferred: boolean }
  | { kind: 'moment'; key: string }
  | {
      kind: 'message';
      key: string;
      own: boolean;
      /** The first of a group carries the name. */
      first: boolean;
      from: string | null;
      body: string;
      at: number;
      mark: Mark;
    }
  | { kind: 'pending'; key: string; item: OutboxItem };

/** `seen` is the highest number of ours that the other side has seen. Only our last message says what became of it. */
export function rowsOf(entries: readonly Entry[], outbox: readonly OutboxItem[], seen: number): Row[] {
  const rows: Row[] = [];
  let day = Number.NaN;
  let before: string | null = null;
  let lastOwn: Extract<Row, { kind: 'message' }> | undefined;
  for (const entry of entries) {
    if (!isShown(entry)) continue;
    if (entry.role === 'seeker' && entry.kind !== 'message') continue;
    if (dayNumber(entry.at) !== day) {
      day = dayNumber(entry.at);
      before = null;
      rows.push({ kind: 'day', key: `day-${day}`, at: entry.at });
    }
    if (entry.kind === 'message') {
      const own = entry.role === 'seeker';
      const author = own ? 'own' : (entry.from ?? 'system');
      const mark: Mark = own ? (entry.seq <= seen ? 'seen' : 'stored') : null;
      const row: Extract<Row, { kind: 'message' }> = {
        kind: 'message',
        key: entry.cid,
        own,
        first: before !== author,
        from: entry.from,
        body: entry.body,
        at: entry.at,
        mark,
      };
      if (own) {
        if (lastOwn) lastOwn.mark = null;
        lastOwn = row;
      }
      before = author;
      rows.push(row);
    } else {
      before = null;
      rows.push(lineOf(entry));
    }
  }
  for (const item of outbox) rows.push({ kind: 'pending', key: item.cid, item });
  return rows;
}

type Shown = Extract<Entry, { kind: 'message' | 'joined' | 'left' | 'moment' }>;

function isShown(entry: Entry): entry is Shown {
  return ['message', 'joined', 'left', 'moment'].includes(entry.kind);
}

function lineOf(entry: Exclude<Shown, { kind: 'message' }>): Row {
  const key = `s${entry.seq}`;
  switch (entry.kind) {
    case 'joined':
      return { kind: 'joined', key, person: entry.participant };
    case 'left':
      return {
        kind: 'left',
        key,
        gone: entry.reason === 'gone',
        transferred: entry.reason === 'transferred',
      };
    case 'moment':
      return { kind: 'moment', key };
  }
}
