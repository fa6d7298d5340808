// Who can be given somebody out of order, and what does it need?
import { expect, test } from 'vitest';
import { isFree, readTakers, whyNotPick } from '../model/takers';

const SORA = { id: 's', name: 'そら', organisation: 'おか相談室', load: 1, capacity: 2 };

test('reads the takers and leaves out what is none', () => {
  expect(readTakers({ takers: [SORA, { ...SORA, load: '1' }, null, 'x'] })).toEqual([SORA]);
  for (const nonsense of [null, 'x', [], {}, { takers: 1 }]) expect(readTakers(nonsense)).toEqual([]);
});

test('a place is free below the capacity', () => {
  expect(isFree(SORA)).toBe(true);
  expect(isFree({ ...SORA, load: 2 })).toBe(false);
});

test('it needs somebody and a reason of at most 200 characters', () => {
  expect(whyNotPick('', '急ぎ')).toBe('taker');
  expect(whyNotPick('s', '  ')).toBe('reason');
  expect(whyNotPick('s', '灯'.repeat(201))).toBe('reason');
  expect(whyNotPick('s', '灯'.repeat(200))).toBeNull();
  expect(whyNotPick('s', '🏮'.repeat(200))).toBeNull();
});
