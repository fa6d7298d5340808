// Are words filled in, and readings kept apart from them?
import { expect, test } from 'vitest';
import { marked, pieces, placeholders, plain, speaker } from '../say';
import { clockTime, dayNumber } from '../time';

const words = { place: '{n}番目です', shelter: '{避難所|ひなんじょ}は {n}', bare: 'はい' } as const;

test('placeholders are filled in, readings are not mistaken for them', () => {
  const say = marked<typeof words>(words);
  expect(say('place', { n: 3 })).toBe('3番目です');
  expect(say('shelter', { n: 'ここ' })).toBe('{避難所|ひなんじょ}は ここ');
  expect(speaker<typeof words>(words)('shelter', { n: 'ここ' })).toBe('避難所は ここ');
  expect(say('bare')).toBe('はい');
});

test('what is filled in is never read as a placeholder', () => {
  expect(marked<typeof words>(words)('place', { n: '{n}' })).toBe('{n}番目です');
});

test('a marked text comes apart into words and readings', () => {
  expect(pieces('あ{避難所|ひなんじょ}い')).toEqual(['あ', { base: '避難所', reading: 'ひなんじょ' }, 'い']);
  expect(plain('{電話|でんわ}する')).toBe('電話する');
  expect(placeholders('{b} {避難所|ひなんじょ} {a}')).toEqual(['a', 'b']);
});

test('times are those of Japan, wherever the browser is', () => {
  const newYear = Date.UTC(2025, 11, 31, 15, 0);
  expect(clockTime(newYear, 'ja')).toBe('00:00');
  expect(dayNumber(newYear)).toBe(dayNumber(newYear - 1) + 1);
});
