// What does this Enter mean? During the conversion of Japanese text it means "take this word", and never "send".

/** `with-modifier`: Ctrl or Cmd+Enter sends, Enter is a new line. `alone`: Enter sends, Shift+Enter is a new line. */
export type SendKey = 'with-modifier' | 'alone';

export interface KeyPress {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Safari ends the composition before its keydown: only the key code 229 still tells. */
export const isComposing = (press: Pick<KeyPress, 'isComposing' | 'keyCode'>): boolean =>
  press.isComposing || press.keyCode === 229;

export function meansSend(press: KeyPress, sendKey: SendKey): boolean {
  if (press.key !== 'Enter' || isComposing(press) || press.altKey) return false;
  if (press.ctrlKey || press.metaKey) return true;
  return sendKey === 'alone' && !press.shiftKey;
}
