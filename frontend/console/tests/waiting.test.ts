import { expect, test } from 'vitest';
import { duration, lastSpeaker, waitingSince, waitLevel } from '../model/waiting';

test('nobody waits before anybody has spoken', () => {
  const row = { last_seeker_at: null, last_staff_at: null };
  expect(lastSpeaker(row)).toBeNull();
  expect(waitingSince(row)).toBeNull();
  expect(waitLevel(null, 10_000)).toBe('none');
});

test('an answer ends the wait, also one stamped with the same millisecond', () => {
  expect(waitingSince({ last_seeker_at: 5000, last_staff_at: 4999 })).toBe(5000);
  expect(waitingSince({ last_seeker_at: 5000, last_staff_at: 5000 })).toBeNull();
  expect(waitingSince({ last_seeker_at: null, last_staff_at: 5000 })).toBeNull();
});

test('whoever has left is not waiting', () => {
  expect(waitingSince({ last_seeker_at: 5000, last_staff_at: null, seeker_left: true })).toBeNull();
});

test('amber begins at sixty seconds and red at a hundred and eighty', () => {
  expect(waitLevel(0, 59_999)).toBe('calm');
  expect(waitLevel(0, 60_000)).toBe('amber');
  expect(waitLevel(0, 179_999)).toBe('amber');
  expect(waitLevel(0, 180_000)).toBe('red');
});

test('a clock that runs behind the server never shows a negative wait', () => {
  expect(duration(-3000)).toBe('0:00');
  expect(waitLevel(5000, 2000)).toBe('calm');
});

test('durations keep their columns', () => {
  expect([7_000, 750_000, 3_723_000].map(duration)).toEqual(['0:07', '12:30', '1:02:03']);
});
