// Is the menu read without trust?
import { expect, test } from 'vitest';
import { parseMenu, phoneLines } from '../menu';

const LINE = { label: '電話', number: '0000', hours: '24時間' };
const topic = (id: string, more: object = {}) => ({ id, name: id, open: true, phone_lines: [LINE], ...more });

test('a full menu is read as it is', () => {
  const menu = parseMenu({
    topics: [
      topic('women', { closes_at: 5, questions: [{ key: 'k', label: 'l', kind: 'choice', choices: [] }] }),
    ],
    notice: { version: 3, title: 't', lines: ['a', 'b'] },
  });
  expect(menu?.notice).toEqual({ version: 3, title: 't', lines: ['a', 'b'] });
  expect(menu?.topics[0]).toMatchObject({ id: 'women', open: true, closesAt: 5, opensAt: null });
});

test('what is missing is empty, what is no menu is nothing', () => {
  expect(parseMenu({ topics: [{ id: 'a' }, {}, 7] })?.topics).toHaveLength(1);
  expect(parseMenu({ topics: [{ id: 'a' }] })?.topics[0]?.open).toBe(false);
  for (const value of [null, undefined, [], 'x', { topics: 3 }]) expect(parseMenu(value)).toBeNull();
});

test('each number stands once', () => {
  const menu = parseMenu({
    topics: [topic('a'), topic('b', { phone_lines: [LINE, { ...LINE, number: '1' }] })],
  });
  expect(phoneLines(menu, null).map(line => line.number)).toEqual(['0000', '1']);
  expect(phoneLines(menu, 'a').map(line => line.number)).toEqual(['0000']);
});
