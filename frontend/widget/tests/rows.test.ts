// Is a conversation laid out as people read it?
import { expect, test } from 'vitest';
import type { Cid, Entry } from '../../protocol/frames';
import type { OutboxItem } from '../../socket/outbox';
import { rowsOf } from '../rows';

const EVENING = Date.UTC(2025, 11, 31, 14, 50);

function message(seq: number, role: 'seeker' | 'counsellor', at = EVENING + seq * 1_000): Entry {
  return { seq, at, kind: 'message', role, from: role, cid: `c${seq}`, body: `${seq}` };
}

const kinds = (entries: Entry[], outbox: OutboxItem[] = [], seen = 0): string[] =>
  rowsOf(entries, outbox, seen).map(row =>
    row.kind === 'message' ? `${row.own ? 'own' : 'other'}${row.first ? ' first' : ''}` : row.kind,
  );

test('messages are grouped by who wrote them, under a divider for the day', () => {
  const entries = [message(1, 'seeker'), message(2, 'seeker'), message(3, 'counsellor')];
  expect(kinds(entries)).toEqual(['day', 'own first', 'own', 'other first']);
});

test('midnight in Japan begins a new day, wherever the browser is', () => {
  const entries = [message(1, 'counsellor'), message(2, 'counsellor', EVENING + 11 * 60_000)];
  expect(kinds(entries)).toEqual(['day', 'other first', 'day', 'other first']);
});

test('only our last message says what became of it', () => {
  const entries = [message(1, 'seeker'), message(2, 'seeker'), message(3, 'seeker')];
  const marks = (seen: number) =>
    rowsOf(entries, [], seen).flatMap(row => (row.kind === 'message' ? [row.mark] : []));
  expect(marks(2)).toEqual([null, null, 'stored']);
  expect(marks(3)).toEqual([null, null, 'seen']);
});

test('what is on its way stands at the end, and its key stays when the log has it', () => {
  const cid = 'q6urq6urq6urq6urq6urqw' as Cid;
  const item: OutboxItem = { cid, body: 'hello', state: 'sending', since: 0 };
  const pending = rowsOf([message(1, 'seeker')], [item], 0);
  const stored = rowsOf([message(1, 'seeker'), { ...message(2, 'seeker'), cid } as Entry], [], 0);
  expect(pending[pending.length - 1]?.key).toBe(cid);
  expect(stored[stored.length - 1]?.key).toBe(cid);
});

test('a counsellor who thinks, and one whose connection was lost, are lines of their own', () => {
  const entries: Entry[] = [
    message(1, 'counsellor'),
    { seq: 2, at: EVENING, role: 'counsellor', from: 'c', kind: 'moment', cid: 'c2' },
    { seq: 3, at: EVENING, role: 'counsellor', from: 'c', kind: 'left', reason: 'gone' },
    { seq: 4, at: EVENING, role: 'counsellor', from: 'd', kind: 'left', reason: 'left' },
  ];
  const rows = rowsOf(entries, [], 0).slice(2);
  expect(rows.map(row => (row.kind === 'left' ? `left ${row.gone}` : row.kind))).toEqual([
    'moment',
    'left true',
    'left false',
  ]);
});

test('a counsellor who hands over and the one who comes are two lines, and the offer is none', () => {
  const step = { id: 't', state: 'accepted', to_kind: 'person', to: 'd' };
  const entries: Entry[] = [
    message(1, 'counsellor'),
    { seq: 2, at: EVENING, role: 'system', from: null, kind: 'transfer', transfer: step },
    { seq: 3, at: EVENING, role: 'counsellor', from: 'c', kind: 'left', reason: 'transferred' },
    {
      seq: 4,
      at: EVENING,
      role: 'counsellor',
      from: 'd',
      kind: 'joined',
      participant: { id: 'd', role: 'counsellor', name: 'そら', organisation: 'おか相談室' },
    },
  ];
  const rows = rowsOf(entries, [], 0).slice(2);
  expect(rows.map(row => row.kind)).toEqual(['left', 'joined']);
  expect(rows[0]).toMatchObject({ transferred: true, gone: false });
});

test('staff kinds and kinds of the future are not drawn', () => {
  const entries: Entry[] = [
    { seq: 1, at: EVENING, role: 'system', from: null, kind: 'unknown' },
    { seq: 2, at: EVENING, role: 'system', from: null, kind: 'closed', reason: 'completed' },
  ];
  expect(kinds(entries)).toEqual([]);
});
