// Which command does a key press mean? By position on the keyboard (`code`), never while text is being composed.

export interface KeyPress {
  readonly code: string;
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
}

export type Command = 'next' | 'previous' | 'reply' | 'note' | 'accept_next';

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
];

/** Safari ends a composition before the key press and tells it only by the code 229. */
export function isComposing(press: Pick<KeyPress, 'isComposing' | 'keyCode'>): boolean {
  return press.isComposing || press.keyCode === 229;
}

export function commandFor(press: KeyPress, enabled: boolean): Command | null {
  if (!enabled || press.repeat || isComposing(press)) return null;
  if (!press.altKey || press.ctrlKey || press.metaKey || press.shiftKey) return null;
  return SHORTCUTS.find(({ code }) => code === press.code)?.command ?? null;
}

export type SendKey = 'mod_enter' | 'enter';

/** Ctrl/Cmd+Enter always sends; plain Enter only where the person chose so, and then Shift+Enter is the new line. */
export function sends(press: KeyPress, sendKey: SendKey): boolean {
  if (press.key !== 'Enter' || press.altKey || press.repeat || isComposing(press)) return false;
  if (press.ctrlKey || press.metaKey) return true;
  return sendKey === 'enter' && !press.shiftKey;
}
