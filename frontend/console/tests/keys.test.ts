import { expect, test } from 'vitest';
import { commandFor, type KeyPress, sends } from '../model/keys';

const press = (over: Partial<KeyPress>): KeyPress => ({
  code: 'Enter',
  key: 'Enter',
  keyCode: 13,
  isComposing: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  repeat: false,
  ...over,
});

test('Enter makes a new line and Ctrl or Cmd with Enter sends', () => {
  expect(sends(press({}), 'with-modifier')).toBe(false);
  expect(sends(press({ ctrlKey: true }), 'with-modifier')).toBe(true);
  expect(sends(press({ metaKey: true }), 'with-modifier')).toBe(true);
});

test('where Enter sends, Shift with Enter makes the new line', () => {
  expect(sends(press({}), 'alone')).toBe(true);
  expect(sends(press({ shiftKey: true }), 'alone')).toBe(false);
});

test('an Enter that confirms a conversion never sends, in either order of events', () => {
  expect(sends(press({ isComposing: true }), 'alone')).toBe(false);
  expect(sends(press({ keyCode: 229 }), 'alone')).toBe(false);
  expect(sends(press({ keyCode: 229, ctrlKey: true }), 'with-modifier')).toBe(false);
});

test('a held key sends once', () => {
  expect(sends(press({ repeat: true }), 'alone')).toBe(false);
});

test("shortcuts go by the key's place, whatever letter Alt makes of it", () => {
  expect(commandFor(press({ code: 'KeyJ', key: '∆', altKey: true }), true)).toBe('next');
  expect(commandFor(press({ code: 'KeyP', key: 'π', altKey: true }), true)).toBe('note');
  expect(commandFor(press({ code: 'KeyM', key: 'µ', altKey: true }), true)).toBe('moment');
});

test('shortcuts are silent when switched off, while composing, and with other modifiers', () => {
  const next = press({ code: 'KeyJ', key: 'j', altKey: true });
  expect(commandFor(next, false)).toBeNull();
  expect(commandFor({ ...next, isComposing: true }, true)).toBeNull();
  expect(commandFor({ ...next, ctrlKey: true }, true)).toBeNull();
  expect(commandFor({ ...next, altKey: false }, true)).toBeNull();
});
