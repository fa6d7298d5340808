// What does every part of the page need? The state, the words, and the ways out.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '../i18n/languages';
import type { Front } from './front';
import type { Visit } from './visit';
import type { Speak } from './words';

export interface Tools {
  front: Front;
  language: Language;
  /** Plain words, for attributes. */
  say: Speak;
  /** Words whose readings are still marked, for <Ruby>. */
  marked: Speak;
  framed: boolean;
  exitUrl: string;
  speak(language: Language): void;
  exit(): void;
  minimise(): void;
  openFullPage(): void;
  unread(count: number): void;
}

export const ToolsContext = createContext<Tools | null>(null);

export function useTools(): Tools {
  const tools = useContext(ToolsContext);
  if (!tools) throw new Error('used outside the page');
  return tools;
}

/** The visit, for what is drawn only during one. */
export function useVisit(): Visit {
  const { visit } = useTools().front.state.get();
  if (!visit) throw new Error('used outside a visit');
  return visit;
}
