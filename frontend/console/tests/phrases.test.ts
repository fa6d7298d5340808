import { expect, test } from 'vitest';
import {
  alreadyUsed,
  insertPhrase,
  openBlanks,
  type Phrase,
  searchPhrases,
  slashQuery,
} from '../model/phrases';

const phrase = (id: string, shortcut: string, text: string, language = 'ja'): Phrase => ({
  id,
  shortcut,
  text,
  language,
  scope: 'organisation',
});
const PHRASES = [
  phrase('1', 'あいさつ', 'こんばんは。相談員の{名前}です。'),
  phrase('2', '待つ', 'ゆっくりで大丈夫です。あいさつも要りません。'),
  phrase('3', 'hello', 'Good evening, I am {name}.', 'en'),
];
const found = (query: string, language = 'ja') => searchPhrases(PHRASES, query, language).map(p => p.id);

test('a slash at the start of a line asks for a phrase, elsewhere it is a slash', () => {
  expect(slashQuery('/あい', 3)).toEqual({ query: 'あい', from: 0, to: 3 });
  expect(slashQuery('はい\n／待', 5)).toEqual({ query: '待', from: 3, to: 5 });
  expect(slashQuery('9/10', 4)).toBeNull();
  expect(slashQuery('https://', 8)).toBeNull();
  expect(slashQuery('/etc/', 5)).toBeNull();
  expect(slashQuery('', 0)).toBeNull();
});

test('shortcuts are found before texts, and kana, width and case are one', () => {
  expect(found('あいさつ')).toEqual(['1', '2']);
  expect(found('アイサツ')).toEqual(['1', '2']);
  expect(found('ｱｲｻﾂ')).toEqual(['1', '2']);
  expect(found('ＨＥＬＬＯ')).toEqual(['3']);
  expect(found('見つからない')).toEqual([]);
});

test("phrases in the conversation's language come first", () => {
  expect(found('', 'en')).toEqual(['3', '1', '2']);
});

test('a phrase replaces the slash and its first blank is selected for typing', () => {
  const result = insertPhrase('はい\n/あい', 3, 6, '相談員の{名前}です。');
  expect(result.text).toBe('はい\n相談員の{名前}です。');
  expect(result.text.slice(result.selectionStart, result.selectionEnd)).toBe('{名前}');
});

test('without a blank the caret stands behind the phrase and the rest of the text is kept', () => {
  const result = insertPhrase('AB', 1, 1, 'xx');
  expect(result).toEqual({ text: 'AxxB', selectionStart: 3, selectionEnd: 3 });
});

test('blanks left open are found; braces over a line end are ordinary text', () => {
  expect(openBlanks('{名前}さん、〔日時〕に')).toEqual(['{名前}', '〔日時〕']);
  expect(openBlanks('{\n}')).toEqual([]);
});

test('a phrase already sent is recognised with its blanks filled in', () => {
  expect(alreadyUsed(PHRASES[0] as Phrase, ['こんばんは。相談員の佐藤です。'])).toBe(true);
  expect(alreadyUsed(PHRASES[1] as Phrase, ['こんばんは。相談員の佐藤です。'])).toBe(false);
});
