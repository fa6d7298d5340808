// What does the page show before anybody has chosen anything? The menu, in the language of the moment. All else, from
// the notice to the end of a conversation, is a visit, and is downloaded while the menu is read.
import type { Language } from '../i18n/languages';
import { createStore, type Store } from '../store/store';
import { type Menu, parseMenu, type Topic } from './menu';
import type { Visit } from './visit';

/** The part of the program that a visit needs. */
export type Parts = typeof import('./parts');
export type Problem = 'topicClosed' | 'noticeChanged' | 'openFailed';

export interface FrontState {
  language: Language;
  menu: Menu | null;
  menuFailed: boolean;
  topic: string | null;
  problem: Problem | null;
  /** A visit is to begin, and its program is still on the way. */
  entering: boolean;
  parts: Parts | null;
  visit: Visit | null;
  /** Where the telephone lines stand: in the flow, behind a button, or within the stage itself. */
  phones: 'open' | 'closed' | 'none';
}

export interface FrontOptions {
  language: Language;
  menu: Menu | null;
  loadParts(): Promise<Parts>;
  startVisit(parts: Parts, front: Front): Visit;
}

const AGAIN = 3_000;
const TIME_LIMIT = 15_000;

export class Front {
  readonly state: Store<FrontState>;

  constructor(private readonly options: FrontOptions) {
    this.state = createStore<FrontState>({
      language: options.language,
      menu: options.menu,
      menuFailed: false,
      topic: null,
      problem: null,
      entering: false,
      parts: null,
      visit: null,
      phones: 'open',
    });
  }

  get chosen(): Topic | undefined {
    const { menu, topic } = this.state.get();
    return menu?.topics.find(({ id }) => id === topic);
  }

  async loadMenu(): Promise<void> {
    this.state.patch({ menuFailed: false });
    const { language } = this.state.get();
    const abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), TIME_LIMIT);
    let menu: Menu | null = null;
    try {
      const answer = await fetch(`/api/v1/topics?lang=${language}`, { signal: abort.signal });
      menu = parseMenu(await answer.json());
    } catch {
      // Said by `menuFailed`.
    }
    clearTimeout(limit);
    if (this.state.get().language === language) this.state.patch(menu ? { menu } : { menuFailed: true });
  }

  speak(language: Language): void {
    this.state.patch({ language });
    void this.loadMenu();
  }

  choose(topic: string): void {
    this.state.patch({ topic, problem: null });
    void this.enter(visit => visit.begin());
  }

  /** Takes up the conversation that this tab remembers. */
  resume(): void {
    void this.enter(visit => visit.resume());
  }

  /** Back at the menu. */
  close(problem: Problem | null = null): void {
    this.state.patch({ visit: null, topic: null, problem, phones: 'open', entering: false });
  }

  /** Downloads what a visit needs, before it is needed. */
  prepare(): void {
    this.options.loadParts().then(
      parts => this.state.patch({ parts }),
      () => undefined,
    );
  }

  private async enter(begin: (visit: Visit) => void): Promise<void> {
    const { topic } = this.state.get();
    let { parts } = this.state.get();
    while (!parts) {
      this.state.patch({ entering: true });
      try {
        parts = await this.options.loadParts();
      } catch {
        this.state.patch({ problem: 'openFailed' });
        await new Promise(resolve => setTimeout(resolve, AGAIN));
      }
      if (this.state.get().topic !== topic || this.state.get().visit) return;
    }
    const visit = this.options.startVisit(parts, this);
    this.state.patch({ parts, entering: false, problem: null });
    begin(visit);
    this.state.patch({ visit });
  }
}
