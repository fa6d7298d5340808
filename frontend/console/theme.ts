// Light or dark: as the device says, or as the person chose? The colours stand once, in tokens.css, under a media
// query; a choice turns that query on or off.
import type { Theme } from './model/settings';

const ORIGINAL = '(prefers-color-scheme: dark)';
const MEDIA: Readonly<Record<Theme, string>> = { auto: ORIGINAL, dark: 'all', light: 'not all' };
const SCHEME: Readonly<Record<Theme, string>> = { auto: '', dark: 'dark', light: 'light' };

let rules: CSSMediaRule[] | null = null;

function darkRules(): CSSMediaRule[] {
  const found: CSSMediaRule[] = [];
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSMediaRule && /prefers-color-scheme:\s*dark/.test(rule.media.mediaText)) {
        found.push(rule);
      }
    }
  }
  return found;
}

export function applyTheme(theme: Theme): void {
  rules ??= darkRules();
  for (const rule of rules) rule.media.mediaText = MEDIA[theme];
  document.documentElement.style.colorScheme = SCHEME[theme];
}
