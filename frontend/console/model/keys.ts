// Which command does a key press mean? By position on the keyboard (`code`), never while text is being composed.
import { type KeyPress as EnterPress, isComposing, meansSend, type SendKey } from '../../ui/enter';

export interface KeyPress extends EnterPress {
  readonly code: string;
  readonly repeat: boolean;
}

export type Command = 'next' | 'previous' | 'reply' | 'note' | 'accept_next' | 'moment';

export const SHORTCUTS: readonly {
  readonly code: string;
  readonly command: Command;
  readonly label: string;
}[] = [
  { code: 'KeyJ', command: 'next', label: 'Alt+J' },
  { code: 'KeyK', command: 'previous', label: 'Alt+K' },
  { code: 'KeyL', command: 'reply', label: 'Alt+L' },
  { code: 'KeyP', command: 'note', label: 'Alt+P' },
  { code: 'KeyA', command: 'accept_next', label: 'Alt+A' },
  { code: 'KeyM', command: 'moment', label: 'Alt+M' },
];

export function commandFor(press: KeyPress, enabled: boolean): Command | null {
  if (!enabled || press.repeat || isComposing(press)) return null;
  if (!press.altKey || press.ctrlKey || press.metaKey || press.shiftKey) return null;
  return SHORTCUTS.find(({ code }) => code === press.code)?.command ?? null;
}

/** A held key sends once. */
export const sends = (press: KeyPress, sendKey: SendKey): boolean =>
  !press.repeat && meansSend(press, sendKey);
