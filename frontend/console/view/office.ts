// What does every view of the console need at hand? The desk, the words, the unsent texts, the habits, the time.
import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import { createStore, type Store, useStore } from '../../store/store';
import type { Desk } from '../desk/desk';
import type { Toast } from '../desk/state';
import { type Drafts, type Mode, NO_DRAFTS } from '../model/drafts';
import type { Settings } from '../model/settings';
import type { WrapUpForm } from '../model/wrap-up';
import type { ConsoleLanguage, Say } from '../words/say';

/** Everything typed and not yet stored: in memory only, because no text may lie in the browser's storage. */
export interface Papers {
  readonly drafts: Drafts;
  readonly modes: ReadonlyMap<string, Mode>;
  readonly forms: ReadonlyMap<string, WrapUpForm>;
}

export interface Office {
  readonly page: PageFacts;
  readonly desk: Desk;
  readonly say: Say;
  readonly language: ConsoleLanguage;
  readonly papers: Store<Papers>;
  readonly settings: Store<Settings>;
  readonly toast: Store<{ readonly now: Toast | null }>;
  /** Which pane a phone shows, and whether the drawer is open on a narrow desk. */
  readonly place: Store<{ readonly now: 'list' | 'talk' | 'context' }>;
  readonly spoken: Store<{ readonly text: string; readonly mark: number }>;
  /** Speaks to screen readers, once, politely. */
  announce(text: string): void;
  testSound(): void;
  /** Brings the composer of the selected conversation before the person, on a phone too. */
  focusComposer(mode: Mode, then?: (box: HTMLTextAreaElement) => void): void;
}

/** What the page knew before any script ran. */
export interface PageFacts {
  readonly personName: string;
  readonly language: ConsoleLanguage;
  readonly serves: boolean;
  readonly supervises: boolean;
  readonly organisations: readonly { readonly id: string; readonly name: string }[];
  readonly languageUrl: string;
  readonly consoleUrl: string;
  readonly apiUrl: string;
  readonly socketPath: string;
  readonly signInUrl: string;
  readonly signOutUrl: string;
  csrf(): string;
}

export const MOD = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';

export const newPapers = (): Store<Papers> =>
  createStore<Papers>({ drafts: NO_DRAFTS, modes: new Map(), forms: new Map() });

export const OfficeContext = createContext<Office | null>(null);

export function useOffice(): Office {
  const office = useContext(OfficeContext);
  if (office === null) throw new Error('a view stands outside the office');
  return office;
}

let toasts = 0;
export function showToast(office: Office, text: string, tone: Toast['tone'] = 'plain'): void {
  toasts += 1;
  office.toast.patch({ now: { id: toasts, text, tone } });
}

/** One beat for all timers, so that what is drawn side by side agrees. */
const second = createStore({ now: Date.now() });
let listeners = 0;
let beat: ReturnType<typeof setInterval> | undefined;

/** This computer's time, renewed every second; only small components use it. */
export function useSecond(): number {
  useEffect(() => {
    listeners += 1;
    if (listeners === 1) beat = setInterval(() => second.set({ now: Date.now() }), 1000);
    return () => {
      listeners -= 1;
      if (listeners === 0) clearInterval(beat);
    };
  }, []);
  return useStore(second, value => value.now);
}

/** A handle short enough to say aloud; it is not a name. */
export const codeOf = (conversation: string): string => conversation.slice(0, 4).toUpperCase();

/** To the second: the last moment the picture was whole. */
export const clockSeconds = (at: number, language: ConsoleLanguage): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'ja-JP', {
    timeZone: 'Asia/Tokyo',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at);
