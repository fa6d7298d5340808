// Where is a help-seeker between the menu and the end? The notice, the questions, the conversation; what a reload must
// bring back; and the ways out.
import type { Bearer } from '../protocol/frames';
import { makeBearer, makeCid } from '../protocol/secrets';
import { type OpenRequest, Refusal, type SeekerApi } from '../socket/api';
import type { OutboxItem } from '../socket/outbox';
import { SeekerLine } from '../socket/seeker';
import { Alarm, fullJitter, type SocketFactory, type Surroundings } from '../socket/surroundings';
import { createStore, type Store } from '../store/store';
import type { Front, Problem } from './front';
import type { Memory } from './memory';

export type Stage = 'notice' | 'questions' | 'opening' | 'talk' | 'moved';

export interface VisitState {
  stage: Stage;
  answers: Readonly<Record<string, string>>;
  problem: Problem | null;
  draft: string;
  line: SeekerLine | null;
}

export interface VisitOptions {
  surroundings: Surroundings;
  openSocket: SocketFactory;
  api: SeekerApi;
  memory: Memory;
  ticket: string | null;
  front: Front;
}

export class Visit {
  readonly state: Store<VisitState>;
  private readonly again: Alarm;
  private attempt = 0;

  constructor(private readonly options: VisitOptions) {
    this.again = new Alarm(options.surroundings.clock);
    this.state = createStore<VisitState>({
      stage: 'opening',
      answers: {},
      problem: null,
      draft: options.memory.current?.draft ?? '',
      line: null,
    });
  }

  get bearer(): Bearer | null {
    return this.options.memory.current?.bearer ?? null;
  }

  get survivesReload(): boolean {
    return this.options.memory.survivesReload;
  }

  begin(): void {
    if (this.options.front.state.get().menu?.notice) this.state.patch({ stage: 'notice' });
    else this.accept();
  }

  /** Takes up what the tab remembers. */
  resume(): void {
    const { current } = this.options.memory;
    if (current?.request) void this.ask(current.request);
    else if (current) this.talk();
    else this.options.front.close();
  }

  accept(): void {
    if (this.options.front.chosen?.questions.length) this.state.patch({ stage: 'questions' });
    else this.open();
  }

  answer(question: string, text: string): void {
    this.state.patch({ answers: { ...this.state.get().answers, [question]: text } });
  }

  back(): void {
    this.end();
  }

  /** Asks for the conversation. The request is kept until it is answered: a repeat gets the same one. */
  open(): void {
    const { memory, surroundings, ticket, front } = this.options;
    const { menu, topic, language } = front.state.get();
    if (!topic) return;
    const given = Object.entries(this.state.get().answers).filter(([, text]) => text.trim() !== '');
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
    const request = this.options.memory.current?.request;
    if (request) void this.ask(request);
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

  /** Lets go of the conversation and goes back to the menu. */
  end(problem: Problem | null = null): void {
    this.drop();
    this.options.front.close(problem);
    void this.options.front.loadMenu();
  }

  /** The conversation goes on in another tab; this one lets go of it. */
  handOver(): Bearer | null {
    const bearer = this.options.memory.current?.bearer ?? null;
    if (!this.state.get().line) return null;
    this.drop();
    this.state.patch({ stage: 'moved', draft: '' });
    return bearer;
  }

  stop(): void {
    this.again.stop();
    this.state.get().line?.stop();
  }

  wake(): void {
    const { line, problem } = this.state.get();
    line?.wake();
    if (problem === 'openFailed') this.retryOpening();
  }

  private drop(): void {
    this.stop();
    this.options.memory.wipe();
    this.state.patch({ line: null });
  }

  private async ask(request: OpenRequest): Promise<void> {
    this.again.stop();
    const { memory, surroundings, api } = this.options;
    try {
      await api.open(request);
    } catch (error) {
      if (memory.current?.request?.cid !== request.cid) return;
      if (error instanceof Refusal && error.final) return this.refused(error.code);
      this.state.patch({ problem: 'openFailed' });
      this.again.set(fullJitter(this.attempt, surroundings.chance, 2_000), () => void this.ask(request));
      this.attempt += 1;
      return;
    }
    if (memory.current?.request?.cid !== request.cid) return;
    memory.change({ request: null });
    this.talk();
  }

  private refused(code: string): void {
    const { memory, front } = this.options;
    if (code !== 'notice_outdated') return this.end(code === 'topic_closed' ? 'topicClosed' : 'openFailed');
    memory.wipe();
    void front.loadMenu();
    this.state.patch({ stage: 'notice', problem: 'noticeChanged' });
  }

  private talk(): void {
    const { surroundings, openSocket, memory, api } = this.options;
    const line = new SeekerLine({
      surroundings,
      openSocket,
      api,
      token: () => memory.current?.bearer ?? '',
      outboxChanged: items => memory.change({ unsent: unsentOf(items) }),
    });
    line.outbox.restore(memory.current?.unsent ?? []);
    this.state.patch({ stage: 'talk', line, problem: null });
    line.start();
  }
}

const unsentOf = (items: readonly OutboxItem[]) =>
  items
    .filter(item => item.state !== 'stored')
    .map(({ cid, body, code }) => (code === undefined ? { cid, body } : { cid, body, code }));
