// Which words does the page use now? Only the chosen language is downloaded; another one comes when it is chosen.
import type { Language } from '../i18n/languages';
import type { Say, Translation } from '../i18n/say';
import type { ja } from './words/ja';

export type Words = Translation<typeof ja>;
export type Speak = Say<typeof ja>;

const FILES: Record<Language, () => Promise<Words>> = {
  ja: () => import('./words/ja').then(file => file.ja),
  en: () => import('./words/en').then(file => file.en),
  'ja-easy': () => import('./words/ja-easy').then(file => file.jaEasy),
};

export const loadWords = (language: Language): Promise<Words> => FILES[language]();
