// How are moments and numbers written in a language? Always in the time of Japan, where the service is open.
import { htmlLang, type Language } from './languages';

const ZONE = 'Asia/Tokyo';
const made = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = htmlLang(language) === 'en' ? 'en-GB' : 'ja-JP';
  const key = `${locale} ${Object.keys(options).join()}`;
  const known = made.get(key);
  if (known) return known;
  const fresh = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
  made.set(key, fresh);
  return fresh;
}

export const clockTime = (at: number, language: Language): string =>
  format(language, { hour: '2-digit', minute: '2-digit' }).format(at);

export const longDay = (at: number, language: Language): string =>
  format(language, { month: 'long', day: 'numeric', weekday: 'long' }).format(at);

export const dayAndTime = (at: number, language: Language): string =>
  format(language, {
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);

/** Equal for two moments of one day in Japan, different otherwise. Japan has no summer time. */
export const dayNumber = (at: number): number => Math.floor((at + 9 * 3_600_000) / 86_400_000);
