import { expect, test } from 'vitest';
import { whyNotAccept } from '../model/presence';
import { DEFAULTS, loadSettings, parseSettings, saveSettings } from '../model/settings';

test('odd or old stored settings fall back one by one', () => {
  expect(parseSettings({ sendKey: 'alone', volume: 7, theme: 'pink', shortcuts: 'no' })).toEqual({
    ...DEFAULTS,
    sendKey: 'alone',
  });
  expect(parseSettings(null)).toEqual(DEFAULTS);
});

test('blocked storage changes nothing but the memory', () => {
  const blocked = () => {
    throw new Error('SecurityError');
  };
  expect(loadSettings(blocked)).toEqual(DEFAULTS);
  expect(() => saveSettings(blocked, DEFAULTS)).not.toThrow();
});

test('what was kept is found again', () => {
  const kept = new Map<string, string>();
  const storage = () => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  saveSettings(storage, { ...DEFAULTS, theme: 'dark', sound: false });
  expect(loadSettings(storage)).toEqual({ ...DEFAULTS, theme: 'dark', sound: false });
});

test('the reason for not accepting is the first that stands in the way', () => {
  const presence = { status: 'available', capacity: 2, load: 1 } as const;
  expect(whyNotAccept(presence, 3, true)).toBeNull();
  expect(whyNotAccept(presence, 3, false)).toBe('offline');
  expect(whyNotAccept({ ...presence, status: 'away' }, 3, true)).toBe('away');
  expect(whyNotAccept({ ...presence, load: 2 }, 3, true)).toBe('at_capacity');
  expect(whyNotAccept(presence, 0, true)).toBe('nobody_waiting');
});
