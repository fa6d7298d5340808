// Which canned phrase is meant, and what does the text look like once it is put in? Phrases are inserted, never sent.

export interface Phrase {
  readonly id: string;
  readonly scope: 'organisation' | 'own';
  readonly shortcut: string;
  readonly text: string;
  readonly language: string;
}

export interface SlashQuery {
  readonly query: string;
  readonly from: number;
  readonly to: number;
}

/** A line that begins with `/` (or `／`) up to the caret asks for a phrase. */
export function slashQuery(text: string, caret: number): SlashQuery | null {
  const from = text.lastIndexOf('\n', caret - 1) + 1;
  const line = text.slice(from, caret);
  if (!/^[/／][^/／]*$/u.test(line)) return null;
  return { query: line.slice(1), from, to: caret };
}

/** Width, case and kana are folded: ア, あ and ｱ find each other. */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/gu, kana => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/\s+/gu, ' ')
    .trim();
}

function score(phrase: Phrase, words: readonly string[]): number {
  const shortcut = folded(phrase.shortcut);
  const text = folded(phrase.text);
  let total = 0;
  for (const word of words) {
    if (shortcut.startsWith(word)) total += 4;
    else if (shortcut.includes(word)) total += 3;
    else if (text.startsWith(word)) total += 2;
    else if (text.includes(word)) total += 1;
    else return -1;
  }
  return total;
}

/** Every word must occur; shortcuts before texts, the conversation's language first, then the list's own order. */
export function searchPhrases(phrases: readonly Phrase[], query: string, language: string): Phrase[] {
  const words = folded(query).split(' ').filter(Boolean);
  return phrases
    .map((phrase, place) => ({
      phrase,
      place,
      points: score(phrase, words),
      home: phrase.language === language,
    }))
    .filter(({ points }) => points >= 0)
    .sort((a, b) => Number(b.home) - Number(a.home) || b.points - a.points || a.place - b.place)
    .map(({ phrase }) => phrase);
}

const BLANK = /\{[^{}\n]{0,40}\}|〔[^〔〕\n]{0,40}〕/gu;

/** Blanks such as `{name}` or `〔お名前〕` that nobody has filled in yet. */
export function openBlanks(text: string): string[] {
  return text.match(BLANK) ?? [];
}

export interface Insertion {
  readonly text: string;
  readonly selectionStart: number;
  readonly selectionEnd: number;
}

/** Puts the phrase in place of `from..to` and selects its first blank, else sets the caret behind it. */
export function insertPhrase(text: string, from: number, to: number, body: string): Insertion {
  const before = text.slice(0, from);
  const joined = before + body + text.slice(to);
  const blank = openBlanks(body)[0];
  if (blank === undefined) {
    const caret = before.length + body.length;
    return { text: joined, selectionStart: caret, selectionEnd: caret };
  }
  const start = before.length + body.indexOf(blank);
  return { text: joined, selectionStart: start, selectionEnd: start + blank.length };
}

/** True if the wording (blanks aside) has been sent in this conversation before. */
export function alreadyUsed(phrase: Phrase, sent: readonly string[]): boolean {
  const parts = folded(phrase.text)
    .split(BLANK)
    .filter(part => part.length > 5);
  if (parts.length === 0) return false;
  return sent.map(folded).some(body => parts.every(part => body.includes(part)));
}
