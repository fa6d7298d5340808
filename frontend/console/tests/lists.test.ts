import { expect, test } from 'vitest';
import { byNeed, heldOrder, neighbour } from '../model/lists';

const row = (conversation: string, seeker: number | null, staff: number | null, status = 'active') => ({
  conversation,
  status,
  last_seeker_at: seeker,
  last_staff_at: staff,
});
const ids = (rows: { conversation: string }[]) => rows.map(r => r.conversation);

test('the longest unanswered stands first, the answered follow, the ended sink', () => {
  const rows = [
    row('ended', 1, null, 'closed'),
    row('answered', 10, 20),
    row('short', 300, 5),
    row('long', 100, 5),
  ];
  expect(ids(byNeed(rows))).toEqual(['long', 'short', 'answered', 'ended']);
});

test('what somebody has to look after now stands before the longest wait, but never above its end', () => {
  const rows = [
    row('long', 100, 5),
    { ...row('due', 300, 5), nudge_since: 300 },
    { ...row('gone', 10, 20), counsellor_gone_since: 400 },
    { ...row('over', 1, null, 'closed'), silent_since: 1 },
  ];
  expect(ids(byNeed(rows))).toEqual(['due', 'gone', 'long', 'over']);
});

test('conversations of equal need keep the order they came in', () => {
  expect(ids(byNeed([row('a', 1, 2), row('b', 3, 4), row('c', null, null)]))).toEqual(['a', 'b', 'c']);
});

test('nothing changes place under the pointer; newcomers are added below, the gone leave', () => {
  const rows = [row('new', 1, null), row('b', 2, null), row('a', 3, null)];
  expect(ids(heldOrder(['a', 'gone', 'b'], rows))).toEqual(['a', 'b', 'new']);
});

test('next and previous go round the list', () => {
  expect(neighbour(['a', 'b', 'c'], 'c', 1)).toBe('a');
  expect(neighbour(['a', 'b', 'c'], 'a', -1)).toBe('c');
  expect(neighbour(['a', 'b'], null, 1)).toBe('a');
  expect(neighbour(['a', 'b'], 'gone', -1)).toBe('b');
  expect(neighbour([], 'a', 1)).toBeNull();
});
