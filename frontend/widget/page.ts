// What did Django write into the page for us? Everything stands in data attributes and in one block of JSON that is no
// script.
import { isLanguage, type Language } from '../i18n/languages';
import type { Bearer } from '../protocol/frames';
import { readJson } from '../protocol/read';
import { isBearer } from '../protocol/secrets';
import { type Menu, parseMenu } from './menu';

export interface Page {
  language: Language;
  /** Shown inside a page of an organisation. */
  framed: boolean;
  /** The origins that may frame us. */
  hostOrigins: string[];
  /** Says on whose page the conversation began. */
  ticket: string | null;
  exitUrl: string;
  topic: string | null;
  menu: Menu | null;
}

export function readPage(root: HTMLElement): Page {
  const { language, framed, hostOrigins, ticket, exitUrl, topic } = root.dataset;
  const menu = document.getElementById('menu')?.textContent;
  return {
    language: isLanguage(language) ? language : 'ja',
    framed: framed === 'true',
    hostOrigins: (hostOrigins ?? '').split(' ').filter(origin => origin !== ''),
    ticket: ticket || null,
    exitUrl: exitUrl || 'about:blank',
    topic: topic || null,
    menu: parseMenu(readJson(menu)),
  };
}

const RESUME = '#resume=';

/** A conversation handed over by a frame that could not keep it. The address forgets it before anything else runs. */
export function takeHandover(): Bearer | null {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(RESUME)) return null;
  history.replaceState(null, '', pathname + search);
  const bearer = hash.slice(RESUME.length);
  return isBearer(bearer) ? bearer : null;
}

export const fullPageAddress = (language: Language, bearer: Bearer | null): string =>
  `/chat/?lang=${language}${bearer ? RESUME + bearer : ''}`;

export function rememberLanguage(language: Language): void {
  const address = new URL(location.href);
  address.searchParams.set('lang', language);
  history.replaceState(history.state, '', address);
}
