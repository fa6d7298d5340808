import { expect, test } from 'vitest';
import { rowsOf } from '../model/log';

const at = (iso: string) => Date.parse(iso);
const said = (seq: number, iso: string, from: string, kind = 'message') => ({
  seq,
  at: at(iso),
  kind,
  role: from,
  from,
});
const shape = (events: ReturnType<typeof said>[], newFrom: number | null = null) =>
  rowsOf(events, newFrom).map(row =>
    row.type === 'entry' ? `${row.event.seq}${row.continued ? '+' : ''}` : row.type,
  );

test('the day turns at midnight in Japan', () => {
  expect(shape([said(1, '2026-05-01T14:59:00Z', 's'), said(2, '2026-05-01T15:00:00Z', 's')])).toEqual([
    'day',
    '1',
    'day',
    '2',
  ]);
});

test("one person's quick succession is one group; a pause, another person or an event ends it", () => {
  expect(
    shape([
      said(1, '2026-05-01T01:00:00Z', 's'),
      said(2, '2026-05-01T01:01:00Z', 's'),
      said(3, '2026-05-01T01:02:00Z', 'c'),
      said(4, '2026-05-01T01:03:00Z', 'c', 'note'),
      said(5, '2026-05-01T01:04:00Z', 'c'),
      said(6, '2026-05-01T01:20:00Z', 'c'),
    ]),
  ).toEqual(['day', '1', '2+', '3', '4', '5', '6']);
});

test('the line above what is new breaks a group', () => {
  expect(shape([said(1, '2026-05-01T01:00:00Z', 's'), said(2, '2026-05-01T01:00:10Z', 's')], 2)).toEqual([
    'day',
    '1',
    'new',
    '2',
  ]);
});
