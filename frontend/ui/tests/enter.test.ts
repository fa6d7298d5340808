// Does Enter send when it should, and never in the middle of a word?
import { expect, test } from 'vitest';
import { type KeyPress, meansSend } from '../enter';

const enter = (more: Partial<KeyPress> = {}): KeyPress => ({
  key: 'Enter',
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

test('Enter alone is a new line unless it was chosen to send', () => {
  expect(meansSend(enter(), 'with-modifier')).toBe(false);
  expect(meansSend(enter(), 'alone')).toBe(true);
  expect(meansSend(enter({ shiftKey: true }), 'alone')).toBe(false);
});

test('with Ctrl or Cmd it always sends', () => {
  for (const sendKey of ['with-modifier', 'alone'] as const) {
    expect(meansSend(enter({ ctrlKey: true }), sendKey)).toBe(true);
    expect(meansSend(enter({ metaKey: true }), sendKey)).toBe(true);
  }
});

test('during a conversion it never sends, in the order of events of any browser', () => {
  for (const sendKey of ['with-modifier', 'alone'] as const) {
    expect(meansSend(enter({ isComposing: true, keyCode: 229 }), sendKey)).toBe(false);
    expect(meansSend(enter({ isComposing: true, ctrlKey: true }), sendKey)).toBe(false);
    expect(meansSend(enter({ keyCode: 229 }), sendKey)).toBe(false);
  }
});

test('other keys never send', () => {
  expect(meansSend(enter({ key: 'a', ctrlKey: true }), 'alone')).toBe(false);
});
