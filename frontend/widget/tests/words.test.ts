// Do all languages fill in the same places, and speak calmly?
import { describe, expect, test } from 'vitest';
import { pieces, placeholders, plain } from '../../i18n/say';
import { en } from '../words/en';
import { ja } from '../words/ja';
import { jaEasy } from '../words/ja-easy';

const translations: Record<string, Readonly<Record<string, string>>> = { en, 'ja-easy': jaEasy };

describe.each(Object.entries(translations))('%s', (_, words) => {
  test.each(Object.entries(ja))('%s has the same places to fill in', (key, source) => {
    expect(placeholders(words[key] ?? '')).toEqual(placeholders(source));
  });
});

test('nobody shouts', () => {
  for (const words of [ja, en, jaEasy]) expect(Object.values(words).join('')).not.toMatch(/[!！]/);
});

test('in plain Japanese every kanji has its reading', () => {
  for (const [key, text] of Object.entries(jaEasy)) {
    const bare = pieces(text)
      .filter(piece => typeof piece === 'string')
      .join('');
    expect(`${key}: ${bare}`).not.toMatch(/\p{Script=Han}/u);
    expect(plain(text)).not.toContain('|');
  }
});
