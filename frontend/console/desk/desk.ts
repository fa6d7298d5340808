// The counsellor's desk: what arrives over the socket goes to the conversation it is about, and what the person does
// becomes a frame or a call. Keeps one picture (state.ts) that the views draw.
import { CLOSE, type ConsoleServerFrame, PROTOCOL_VERSION } from '../../protocol/frames';
import { parseServerFrame } from '../../protocol/parse';
import { makeCid } from '../../protocol/secrets';
import { Connection, type Phase } from '../../socket/connection';
import { Polling, type PollingState } from '../../socket/polling';
import type { SocketFactory, Surroundings } from '../../socket/surroundings';
import { createStore, type Store } from '../../store/store';
import type { WrapUpForm } from '../model/wrap-up';
import type { Api, Outcome } from './api';
import { Errands } from './errands';
import { Shelf } from './shelf';
import { type Board, type DeskState, type DutyPresence, FIRST_STATE, type Line } from './state';
import { Transfers } from './transfers';

export interface DeskOptions {
  surroundings: Surroundings;
  openSocket: SocketFactory;
  api: Api;
  /** Milliseconds since 1970 by this computer. */
  wallClock(): number;
  language: string;
  /** A conversation's text must go: its drafts too. */
  revoked(conversation: string): void;
  /** Somebody else signed in: nothing of the last person stays. */
  strangerCame(): void;
}

export class Desk {
  readonly store: Store<DeskState> = createStore<DeskState>(FIRST_STATE);
  readonly errands: Errands;
  readonly transfers: Transfers;
  private readonly shelf: Shelf;
  private readonly connection: Connection;
  private readonly polling: Polling;
  private acceptCid: string | null = null;
  private readonly momentCids = new Map<string, string>();
  private readonly wrapUpCids = new Map<string, { body: string; cid: string }>();

  constructor(private readonly options: DeskOptions) {
    this.errands = new Errands(options.api, this.store, options.language, options.surroundings.randomBytes);
    this.transfers = new Transfers(options.api, options.surroundings);
    this.shelf = new Shelf({
      surroundings: options.surroundings,
      api: options.api,
      store: this.store,
      send: frame => this.connection.send(frame),
      isLive: () => this.connection.isLive,
      changed: () => {
        if (this.store.get().line === 'catching_up') this.judgeLine();
      },
    });
    this.connection = new Connection({
      surroundings: options.surroundings,
      openSocket: options.openSocket,
      hello: () => ({ type: 'hello', v: PROTOCOL_VERSION, have: this.shelf.have() }),
      frame: value => this.receive(value),
      phase: (phase, code) => this.phase(phase, code),
    });
    this.polling = new Polling({
      surroundings: options.surroundings,
      poll: () => this.poll(),
      changed: state => this.polled(state),
    });
  }

  start(): void {
    this.connection.start();
    this.errands.runAll();
  }

  /** After a stop: signed in again, or simply once more. */
  reconnect(): void {
    this.connection.start();
  }

  wake(): void {
    this.connection.wake();
    this.polling.wake();
  }

  // What the person does

  select(id: string | null): void {
    const { selected } = this.store.get();
    this.store.patch({ selected: id });
    if (selected !== null && selected !== id) {
      this.shelf.get(selected)?.stoppedWriting();
      this.shelf.dropIfOver(selected);
    }
    if (id === null) return;
    const held = this.shelf.get(id);
    if (held && held.now.details.at !== 'ready') void held.loadDetails();
  }

  /** A supervisor's look at a colleague's conversation; the service records it. */
  look(id: string): void {
    if (!this.shelf.get(id)) this.shelf.take(id, true);
    this.select(id);
  }

  stopLooking(id: string): void {
    this.connection.send({ type: 'unfollow', conversation: id });
    this.shelf.drop(id);
  }

  /** Puts away a conversation whose right to read is gone. */
  forgetRevoked(id: string): void {
    if (this.shelf.get(id)?.now.revoked) this.shelf.drop(id);
  }

  say(id: string, body: string): void {
    this.shelf.get(id)?.say(body);
  }

  retry(id: string, cid: string): void {
    this.shelf.get(id)?.retry(cid);
  }

  takeBack(id: string, cid: string): void {
    this.shelf.get(id)?.takeBack(cid);
  }

  wrote(id: string, something: boolean): void {
    this.shelf.get(id)?.wrote(something);
  }

  read(id: string, upto: number): void {
    this.shelf.get(id)?.read(upto);
  }

  async setPresence(status: 'available' | 'away', capacity: number): Promise<Outcome> {
    const outcome = await this.options.api.post('console/presence', { status, capacity });
    if (outcome.ok) this.presence(outcome.value);
    return outcome;
  }

  /** The same cid until there is an answer, so that an answer lost on the way does not take a second person. */
  async acceptNext(topic: string, organisation: string): Promise<Outcome> {
    this.acceptCid ??= makeCid(this.options.surroundings.randomBytes);
    this.store.patch({ accepting: true });
    const body = {
      cid: this.acceptCid,
      ...(topic ? { topic } : {}),
      ...(organisation ? { organisation } : {}),
    };
    const outcome = await this.options.api.post('console/accept-next', body);
    this.store.patch({ accepting: false });
    if (outcome.ok || outcome.final) this.acceptCid = null;
    if (outcome.ok) {
      const { conversation } = outcome.value as { conversation: string };
      this.shelf.own(conversation, true);
      this.select(conversation);
    }
    return outcome;
  }

  /** The same cid until there is an answer: what is lost on the way is not told twice. */
  async askForAMoment(id: string): Promise<Outcome> {
    const cid = this.momentCids.get(id) ?? makeCid(this.options.surroundings.randomBytes);
    this.momentCids.set(id, cid);
    const outcome = await this.options.api.post(`console/conversations/${id}/moment`, { cid });
    if (outcome.ok || outcome.final || outcome.code === 'rate_limited') this.momentCids.delete(id);
    return outcome;
  }

  /** What was offered to me becomes mine; the board says the same a moment later. */
  async acceptTransfer(id: string): Promise<Outcome> {
    const outcome = await this.transfers.accept(id);
    if (outcome.ok) {
      this.shelf.own(id, true);
      this.select(id);
    }
    return outcome;
  }

  async wrapUp(id: string, form: WrapUpForm): Promise<Outcome> {
    const body = JSON.stringify(form);
    const earlier = this.wrapUpCids.get(id);
    const cid = earlier?.body === body ? earlier.cid : makeCid(this.options.surroundings.randomBytes);
    this.wrapUpCids.set(id, { body, cid });
    const outcome = await this.options.api.post(`console/conversations/${id}/wrap-up`, { cid, ...form });
    if (outcome.ok) this.shelf.get(id)?.status('wrapped_up');
    return outcome;
  }

  async close(id: string): Promise<Outcome> {
    const cid = makeCid(this.options.surroundings.randomBytes);
    const outcome = await this.options.api.post(`console/conversations/${id}/close`, { cid });
    if (outcome.ok) this.shelf.get(id)?.status('closed');
    return outcome;
  }

  async loadDetails(id: string): Promise<void> {
    await this.shelf.get(id)?.loadDetails();
  }

  // What arrives

  private receive(value: unknown): void {
    const frame = parseServerFrame('console', value);
    if (frame === null) return;
    this.handle(frame);
    this.judgeLine();
  }

  private handle(frame: ConsoleServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        this.welcome(frame);
        break;
      case 'board':
        this.board(frame);
        break;
      case 'pong':
        for (const [id, head] of Object.entries(frame.heads)) this.shelf.get(id)?.head(head);
        return;
      case 'bye':
      case 'error':
        return;
      case 'event':
        // Not on the desk: put away a moment ago. Whatever is taken up later is read from the start.
        this.shelf.get(frame.conversation)?.event(frame);
        break;
      case 'revoked':
        this.blank(frame.conversation, frame.code);
        break;
      default:
        this.handleAbout(frame);
        break;
    }
  }

  private handleAbout(
    frame: Extract<
      ConsoleServerFrame,
      { type: 'limited' | 'reset' | 'ack' | 'nack' | 'typing' | 'seen' | 'state' }
    >,
  ): void {
    const talk = this.shelf.get(frame.conversation);
    if (!talk) return;
    switch (frame.type) {
      case 'limited':
        talk.limited(frame.head);
        break;
      case 'reset':
        talk.reset();
        break;
      case 'ack':
        talk.ack(frame.cid, frame.seq);
        break;
      case 'nack':
        talk.nack(frame.cid, frame.code, frame.final, frame.retry_after);
        break;
      case 'typing':
        talk.typing(frame.role, frame.on, frame.ttl);
        break;
      case 'seen':
        talk.seen(frame.role, frame.upto);
        break;
      case 'state':
        talk.status(frame.status);
        break;
    }
  }

  private welcome(frame: Extract<ConsoleServerFrame, { type: 'welcome' }>): void {
    this.strangers(frame.person.id);
    this.store.patch({
      person: frame.person,
      limits: frame.limits,
      offset: frame.at - this.options.wallClock(),
    });
    this.presence(frame.presence);
    const own = new Set(frame.conversations.map(row => row.id));
    for (const row of frame.conversations) {
      this.shelf.own(row.id, false).expect(row.head);
    }
    for (const talk of this.shelf.all()) {
      const { id } = talk.now;
      if (!own.has(id) && !talk.now.revoked) {
        this.connection.send({ type: 'follow', conversation: id, have: talk.have });
      }
    }
  }

  private board(frame: Extract<ConsoleServerFrame, { type: 'board' }>): void {
    const { version, topics, queue, mine } = frame;
    const board: Board = { version, topics, queue, mine, offers: frame.offers ?? [] };
    const before = this.store.get().board;
    this.store.patch({ board });
    this.presence(frame.presence);
    const ids = new Set(mine.map(row => row.conversation));
    for (const row of mine) {
      const talk = this.shelf.own(row.conversation, true);
      talk.status(row.status);
      talk.expect(row.head);
      talk.seen('counsellor', row.seen);
    }
    for (const row of before?.mine ?? [])
      if (!ids.has(row.conversation)) this.shelf.dropIfOver(row.conversation);
  }

  private presence(value: unknown): void {
    const { status, capacity, load } = value as { status: string; capacity: number; load: number };
    const now = this.store.get().presence;
    const next: DutyPresence = { status: status === 'available' ? 'available' : 'away', capacity, load };
    if (now?.status !== next.status || now.capacity !== capacity || now.load !== load) {
      this.store.patch({ presence: next });
    }
  }

  /** Looks are left out: each reading of one over HTTP would be recorded as a look of its own. */
  private async poll(): Promise<void> {
    const outcome = await this.options.api.get('console/board');
    if (!outcome.ok) throw new Error(outcome.code);
    const board = parseServerFrame('console', outcome.value);
    if (board?.type !== 'board') return;
    this.board(board);
    for (const row of board.mine) {
      const talk = this.shelf.get(row.conversation);
      if (talk && talk.have < row.head) await talk.poll();
    }
    if (!this.connection.isLive) this.store.patch({ inStepAt: this.options.wallClock() });
  }

  private polled(state: PollingState): void {
    if (state === 'serving') this.store.patch({ line: 'polling' });
    if (state === 'failing') this.store.patch({ line: 'offline' });
  }

  private phase(phase: Phase, code: number): void {
    const live = phase === 'live';
    if (live || phase === 'stopped') this.polling.rest();
    else this.polling.begin();
    for (const talk of this.shelf.all()) talk.connected(live);
    if (phase === 'stopped' && code === CLOSE.rightsGone) this.clear();
    this.store.patch({ line: this.lineIn(phase), stopCode: code });
  }

  /** No right is left: neither text nor queue stays on the screen. */
  private clear(): void {
    for (const talk of this.shelf.all()) this.blank(talk.now.id, 'rights_changed');
    this.store.patch({ board: null, presence: null, supervision: { at: 'ready', value: [] } });
  }

  /** While it is tried again in the background the badge stays as it was. */
  private lineIn(phase: Phase): Line {
    const { line } = this.store.get();
    if (phase === 'live') return 'catching_up';
    if (phase === 'stopped') return 'stopped';
    if (line === 'polling') return line;
    if (phase === 'waiting') return 'offline';
    return line === 'offline' ? line : 'connecting';
  }

  /** Live means: every log on the desk reaches the head we know of. */
  private judgeLine(): void {
    if (!this.connection.isLive) return;
    if (this.shelf.isBehind) this.store.patch({ line: 'catching_up' });
    else this.store.patch({ line: 'live', inStepAt: this.options.wallClock() });
  }

  /** Signed out is not a loss of rights: the person's own drafts wait for them, the log does not. */
  private blank(id: string, code: string): void {
    this.shelf.get(id)?.blank(code);
    if (code !== 'not_signed_in') this.options.revoked(id);
  }

  private strangers(person: string): void {
    const before = this.store.get().person;
    if (before === null || before.id === person) return;
    for (const talk of this.shelf.all()) this.shelf.drop(talk.now.id);
    this.options.strangerCame();
  }
}
