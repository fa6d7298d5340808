import { expect, test } from 'vitest';
import { firstUnread, furthest, unreadCount } from '../model/unread';

const log = [
  { seq: 1, kind: 'message', role: 'seeker' },
  { seq: 2, kind: 'assigned', role: 'system' },
  { seq: 3, kind: 'message', role: 'counsellor' },
  { seq: 4, kind: 'message', role: 'seeker' },
  { seq: 5, kind: 'note', role: 'counsellor' },
  { seq: 6, kind: 'message', role: 'seeker' },
];

test("only the help-seeker's messages after the mark are unread", () => {
  expect(unreadCount(log, 0)).toBe(3);
  expect(unreadCount(log, 3)).toBe(2);
  expect(unreadCount(log, 5)).toBe(1);
  expect(unreadCount(log, 6)).toBe(0);
});

test('the line stands above the first unread message, not above a note', () => {
  expect(firstUnread(log, 4)).toBe(6);
  expect(firstUnread(log, 6)).toBeNull();
});

test('a seen mark never goes back', () => {
  expect(furthest(4, undefined, 2, null)).toBe(4);
  expect(furthest()).toBe(0);
});
