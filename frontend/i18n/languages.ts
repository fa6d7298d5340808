// In which languages can a person read the service, and how does a browser call them?

export const LANGUAGES = ['ja', 'ja-easy', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language in its own words. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  ja: '日本語',
  'ja-easy': 'やさしい日本語',
  en: 'English',
};

/** What the `lang` attribute says: assistive technology knows no plain Japanese. */
export const htmlLang = (language: Language): 'ja' | 'en' => (language === 'en' ? 'en' : 'ja');

export const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && (LANGUAGES as readonly string[]).includes(value);
