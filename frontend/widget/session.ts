// Where is the help-seeker between the menu and the end? Topic, notice, questions, the conversation; what a reload must
// bring back; and the ways out.
import type { Language } from '../i18n/languages';
import type { Bearer } from '../protocol/frames';
import { makeBearer, makeCid } from '../protocol/secrets';
import { type OpenRequest, Refusal, type SeekerApi } from '../socket/api';
import type { OutboxItem } from '../socket/outbox';
import type { SeekerLine } from '../socket/seeker';
import { Alarm, fullJitter, type SocketFactory, type Surroundings } from '../socket/surroundings';
import { createStore, type Store } from '../store/store';
import type { Memory } from './memory';
import { type Menu, parseMenu, type Topic } from './menu';

export type Stage = 'topics' | 'notice' | 'questions' | 'opening' | 'talk' | 'moved';
export type Problem = 'topicClosed' | 'noticeChanged' | 'openFailed';

/** The part of the program that a conversation needs. */
export type Parts = typeof import('./conversation');

export interface SessionState {
  stage: Stage;
  language: Language;
  menu: Menu | null;
  menuFailed: boolean;
  topic: string | null;
  answers: Readonly<Record<string, string>>;
  problem: Problem | null;
  draft: string;
  line: SeekerLine | null;
  parts: Parts | null;
}

export interface SessionOptions {
  surroundings: Surroundings;
  openSocket: SocketFactory;
  /** Makes the calls with the bearer of the moment. */
  api(bearer: () => Bearer | null): SeekerApi;
  memory: Memory;
  loadParts(): Promise<Parts>;
  language: Language;
  menu: Menu | null;
  ticket: string | null;
}

export class Session {
  readonly state: Store<SessionState>;
  private readonly api: SeekerApi;
  private readonly again: Alarm;
  private attempt = 0;

  constructor(private readonly options: SessionOptions) {
    this.api = options.api(() => options.memory.current?.bearer ?? null);
    this.again = new Alarm(options.surroundings.clock);
    this.state = createStore<SessionState>({
      stage: 'topics',
      language: options.language,
      menu: options.menu,
      menuFailed: false,
      topic: null,
      answers: {},
      problem: null,
      draft: options.memory.current?.draft ?? '',
      line: null,
      parts: null,
    });
  }

  get survivesReload(): boolean {
    return this.options.memory.survivesReload;
  }

  get chosen(): Topic | undefined {
    const { menu, topic } = this.state.get();
    return menu?.topics.find(({ id }) => id === topic);
  }

  /** Takes up what the tab remembers, or begins with the topic that the page was opened for. */
  begin(topic: string | null): void {
    const { current } = this.options.memory;
    if (current?.request) {
      this.state.patch({ stage: 'opening', topic: current.request.topic });
      void this.ask(current.request);
    } else if (current) {
      this.state.patch({ stage: 'opening' });
      void this.talk();
    }
    if (!current && topic && this.state.get().menu?.topics.some(({ id, open }) => id === topic && open))
      this.choose(topic);
    if (!this.state.get().menu) void this.loadMenu();
  }

  async loadMenu(): Promise<void> {
    this.state.patch({ menuFailed: false });
    const { language } = this.state.get();
    try {
      const menu = parseMenu(await this.api.topics(language));
      if (this.state.get().language !== language) return;
      this.state.patch(menu ? { menu } : { menuFailed: true });
    } catch {
      this.state.patch({ menuFailed: true });
    }
  }

  speak(language: Language): void {
    this.state.patch({ language });
    void this.loadMenu();
  }

  choose(topic: string): void {
    this.state.patch({ topic, problem: null, answers: {} });
    if (this.state.get().menu?.notice) this.state.patch({ stage: 'notice' });
    else this.accept();
  }

  accept(): void {
    if (this.chosen?.questions.length) this.state.patch({ stage: 'questions' });
    else this.open();
  }

  answer(question: string, text: string): void {
    this.state.patch({ answers: { ...this.state.get().answers, [question]: text } });
  }

  back(): void {
    this.again.stop();
    this.options.memory.wipe();
    this.state.patch({ stage: 'topics', topic: null, problem: null });
  }

  /** Asks for the conversation. The request is kept until it is answered: a repeat gets the same one. */
  open(): void {
    const { menu, topic, language, answers } = this.state.get();
    if (!topic) return;
    const { memory, surroundings, ticket } = this.options;
    const given = Object.entries(answers).filter(([, text]) => text.trim() !== '');
    const request: OpenRequest = {
      cid: makeCid(surroundings.randomBytes),
      topic,
      language,
      notice: menu?.notice?.version ?? 0,
      answers: Object.fromEntries(given),
      ...(ticket ? { ticket } : {}),
    };
    memory.begin(makeBearer(surroundings.randomBytes), request);
    this.attempt = 0;
    this.state.patch({ stage: 'opening', problem: null });
    void this.ask(request);
  }

  retryOpening(): void {
    const { current } = this.options.memory;
    if (current?.request) void this.ask(current.request);
    else if (current) void this.talk();
  }

  /** Downloads what a conversation needs, before it is needed. */
  prepare(): void {
    this.options.loadParts().then(
      parts => this.state.patch({ parts }),
      () => undefined,
    );
  }

  draft(text: string): void {
    this.state.patch({ draft: text });
    this.options.memory.change({ draft: text });
    this.state.get().line?.input(text);
  }

  /** The text moves into the outbox, which the tab remembers until the service has it. */
  say(body: string): void {
    this.state.get().line?.say(body);
    this.draft('');
  }

  startAgain(): void {
    this.drop();
    this.state.patch({ stage: 'topics', topic: null, problem: null, draft: '', answers: {} });
    void this.loadMenu();
  }

  /** The conversation goes on in another tab; this one lets go of it. */
  handOver(): Bearer | null {
    const bearer = this.options.memory.current?.bearer ?? null;
    if (this.state.get().line) {
      this.drop();
      this.state.patch({ stage: 'moved', draft: '' });
    }
    return bearer;
  }

  /** Quick exit: nothing is asked, nothing is kept. */
  forget(): void {
    if (this.options.memory.current) this.api.forget().catch(() => undefined);
    this.state.get().line?.stop();
  }

  wake(): void {
    this.state.get().line?.wake();
  }

  private drop(): void {
    this.state.get().line?.stop();
    this.options.memory.wipe();
    this.state.patch({ line: null });
  }

  private async ask(request: OpenRequest): Promise<void> {
    this.again.stop();
    const { memory } = this.options;
    try {
      await this.api.open(request);
    } catch (error) {
      if (memory.current?.request?.cid !== request.cid) return;
      if (error instanceof Refusal && error.final) return this.refused(error.code);
      return this.later(() => void this.ask(request));
    }
    if (memory.current?.request?.cid !== request.cid) return;
    memory.change({ request: null });
    await this.talk();
  }

  private later(action: () => void): void {
    this.state.patch({ problem: 'openFailed' });
    this.again.set(fullJitter(this.attempt, this.options.surroundings.chance, 2_000), action);
    this.attempt += 1;
  }

  private refused(code: string): void {
    this.options.memory.wipe();
    void this.loadMenu();
    if (code === 'notice_outdated') this.state.patch({ stage: 'notice', problem: 'noticeChanged' });
    else
      this.state.patch({ stage: 'topics', problem: code === 'topic_closed' ? 'topicClosed' : 'openFailed' });
  }

  private async talk(): Promise<void> {
    const { surroundings, openSocket, memory } = this.options;
    this.again.stop();
    const bearer = memory.current?.bearer;
    let parts: Parts;
    try {
      parts = await this.options.loadParts();
    } catch {
      return this.later(() => void this.talk());
    }
    if (!bearer || memory.current?.bearer !== bearer || this.state.get().line) return;
    const unsent = memory.current.unsent;
    const line = new parts.SeekerLine({
      surroundings,
      openSocket,
      api: this.api,
      token: () => memory.current?.bearer ?? '',
      outboxChanged: items => memory.change({ unsent: unsentOf(items) }),
    });
    line.outbox.restore(unsent);
    this.state.patch({ stage: 'talk', parts, line, problem: null });
    line.start();
  }
}

const unsentOf = (items: readonly OutboxItem[]) =>
  items
    .filter(item => item.state !== 'stored')
    .map(({ cid, body, code }) => (code === undefined ? { cid, body } : { cid, body, code }));
