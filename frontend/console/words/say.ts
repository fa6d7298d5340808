// In which language does the console speak, and what does it call a code of the server?
import { type Say as SayOf, speaker, type Translation } from '../../i18n/say';
import { en } from './en';
import { ja, type WordKey } from './ja';

export type ConsoleLanguage = 'ja' | 'en';
export type Say = SayOf<typeof ja>;

const CATALOGUES: Readonly<Record<ConsoleLanguage, Translation<typeof ja>>> = { ja, en };

export const consoleLanguage = (tag: string): ConsoleLanguage => (tag.startsWith('en') ? 'en' : 'ja');

export const sayIn = (language: ConsoleLanguage): Say => speaker(CATALOGUES[language]);

/** The word for a code of the server, or `otherwise` when the code is younger than this program. */
export function wordFor(say: Say, prefix: string, code: string, otherwise: WordKey): string {
  const known = `${prefix}${code}`;
  const key = Object.hasOwn(ja, known) ? known : otherwise;
  return (say as (key: string, values: Record<string, string>) => string)(key, { code });
}
