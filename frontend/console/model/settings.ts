// How does this person like to work? Kept in the browser; holds habits, never a word of a conversation.

import type { SendKey } from '../../ui/enter';

export type Theme = 'auto' | 'light' | 'dark';

export interface Settings {
  readonly sendKey: SendKey;
  readonly shortcuts: boolean;
  readonly sound: boolean;
  readonly volume: number;
  readonly theme: Theme;
}

export const DEFAULTS: Settings = {
  sendKey: 'with-modifier',
  shortcuts: true,
  sound: true,
  volume: 0.6,
  theme: 'auto',
};

const KEY = 'tomoshibi.console';

export function parseSettings(raw: unknown): Settings {
  if (typeof raw !== 'object' || raw === null) return DEFAULTS;
  const given = raw as Record<string, unknown>;
  const flag = (value: unknown, otherwise: boolean) => (typeof value === 'boolean' ? value : otherwise);
  const volume = given.volume;
  return {
    sendKey: given.sendKey === 'alone' ? 'alone' : 'with-modifier',
    shortcuts: flag(given.shortcuts, DEFAULTS.shortcuts),
    sound: flag(given.sound, DEFAULTS.sound),
    volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : DEFAULTS.volume,
    theme: given.theme === 'light' || given.theme === 'dark' ? given.theme : 'auto',
  };
}

/** Even touching storage can throw where it is blocked; then the defaults hold for this page. */
export function loadSettings(storage: () => Pick<Storage, 'getItem'>): Settings {
  try {
    return parseSettings(JSON.parse(storage().getItem(KEY) ?? 'null'));
  } catch {
    return DEFAULTS;
  }
}

export function saveSettings(storage: () => Pick<Storage, 'setItem'>, settings: Settings): void {
  try {
    storage().setItem(KEY, JSON.stringify(settings));
  } catch {
    // Blocked storage: the choice lasts until the page is closed.
  }
}
