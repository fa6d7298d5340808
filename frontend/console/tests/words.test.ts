import { expect, test } from 'vitest';
import { placeholders } from '../../i18n/say';
import { en } from '../words/en';
import { ja, type WordKey } from '../words/ja';
import { sayIn, wordFor } from '../words/say';

test('both languages have the same keys and ask for the same values', () => {
  expect(Object.keys(en)).toEqual(Object.keys(ja));
  const differing = (Object.keys(ja) as WordKey[]).filter(
    key => placeholders(ja[key]).join() !== placeholders(en[key]).join(),
  );
  expect(differing).toEqual([]);
});

test('values are filled in and never read as patterns', () => {
  const say = sayIn('en');
  expect(say('joined', { name: '$&', organisation: '{name}' })).toBe('$& ({name}) joined');
});

test('a code younger than the console still gets a sentence', () => {
  const say = sayIn('en');
  expect(wordFor(say, 'error_', 'not_found', 'error_other')).toBe('Not found, or no right to it');
  expect(wordFor(say, 'error_', 'on_fire', 'error_other')).toBe('It did not work (on_fire)');
});
