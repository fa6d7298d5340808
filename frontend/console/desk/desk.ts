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
import { readLive, readPhrases, readTopics } from './answers';
import type { Api, Outcome } from './api';
import { ConversationOnDesk } from './conversation';
import { type Board, type DeskState, type DutyPresence, FIRST_STATE, type Line, type Talk } from './state';

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
  private readonly conversations = new Map<string, ConversationOnDesk>();
  private readonly connection: Connection;
  private readonly polling: Polling;
  private acceptCid: string | null = null;
  private readonly wrapUpCids = new Map<string, { body: string; cid: string }>();

  constructor(private readonly options: DeskOptions) {
    this.connection = new Connection({
      surroundings: options.surroundings,
      openSocket: options.openSocket,
      hello: () => ({ type: 'hello', v: PROTOCOL_VERSION, have: this.have() }),
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
    void this.loadPhrases();
    void this.loadTopics();
    void this.loadSupervision();
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
      this.conversations.get(selected)?.stoppedWriting();
      this.dropIfOver(selected);
    }
    if (id === null) return;
    const held = this.conversations.get(id);
    if (held && held.now.details.at !== 'ready') void held.loadDetails();
  }

  /** A supervisor's look at a colleague's conversation; the service records it. */
  look(id: string): void {
    if (!this.conversations.has(id)) this.take(id, true);
    this.select(id);
  }

  stopLooking(id: string): void {
    this.connection.send({ type: 'unfollow', conversation: id });
    this.drop(id);
  }

  /** Puts away a conversation whose right to read is gone. */
  forgetRevoked(id: string): void {
    if (this.conversations.get(id)?.now.revoked) this.drop(id);
  }

  say(id: string, body: string): void {
    this.conversations.get(id)?.say(body);
  }

  retry(id: string, cid: string): void {
    this.conversations.get(id)?.retry(cid);
  }

  takeBack(id: string, cid: string): void {
    this.conversations.get(id)?.takeBack(cid);
  }

  wrote(id: string, something: boolean): void {
    this.conversations.get(id)?.wrote(something);
  }

  read(id: string, upto: number): void {
    this.conversations.get(id)?.read(upto);
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
      this.own(conversation, true);
      this.select(conversation);
    }
    return outcome;
  }

  keepNote(id: string, cid: string, body: string): Promise<Outcome> {
    return this.options.api.post(`console/conversations/${id}/notes`, { cid, body });
  }

  async wrapUp(id: string, form: WrapUpForm): Promise<Outcome> {
    const body = JSON.stringify(form);
    const earlier = this.wrapUpCids.get(id);
    const cid = earlier?.body === body ? earlier.cid : makeCid(this.options.surroundings.randomBytes);
    this.wrapUpCids.set(id, { body, cid });
    const outcome = await this.options.api.post(`console/conversations/${id}/wrap-up`, { cid, ...form });
    if (outcome.ok) this.conversations.get(id)?.status('wrapped_up');
    return outcome;
  }

  async close(id: string): Promise<Outcome> {
    const cid = makeCid(this.options.surroundings.randomBytes);
    const outcome = await this.options.api.post(`console/conversations/${id}/close`, { cid });
    if (outcome.ok) this.conversations.get(id)?.status('closed');
    return outcome;
  }

  async loadDetails(id: string): Promise<void> {
    await this.conversations.get(id)?.loadDetails();
  }

  async loadPhrases(): Promise<void> {
    const outcome = await this.options.api.get('console/phrases');
    if (outcome.ok) this.store.patch({ phrases: { at: 'ready', value: readPhrases(outcome.value) } });
    else this.store.patch({ phrases: { at: 'failed', code: outcome.code } });
  }

  async addPhrase(shortcut: string, text: string, language: string): Promise<Outcome> {
    const outcome = await this.options.api.post('console/phrases', { shortcut, text, language });
    if (outcome.ok) await this.loadPhrases();
    return outcome;
  }

  async deletePhrase(id: string): Promise<Outcome> {
    const outcome = await this.options.api.remove(`console/phrases/${encodeURIComponent(id)}`);
    if (outcome.ok) await this.loadPhrases();
    return outcome;
  }

  async loadSupervision(): Promise<void> {
    const outcome = await this.options.api.get('console/supervision');
    if (outcome.ok) this.store.patch({ supervision: { at: 'ready', value: readLive(outcome.value) } });
    else this.store.patch({ supervision: { at: 'failed', code: outcome.code } });
  }

  async loadTopics(): Promise<void> {
    const outcome = await this.options.api.get(`topics?lang=${this.options.language}`);
    if (outcome.ok) this.store.patch({ topicNames: readTopics(outcome.value) });
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
        for (const [id, head] of Object.entries(frame.heads)) this.conversations.get(id)?.head(head);
        return;
      case 'bye':
      case 'error':
        return;
      case 'event':
        this.about(frame.conversation).event(frame);
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
    const talk = this.conversations.get(frame.conversation);
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
      this.own(row.id, false).expect(row.head);
    }
    for (const [id, talk] of this.conversations) {
      if (!own.has(id) && !talk.now.revoked) {
        this.connection.send({ type: 'follow', conversation: id, have: talk.have });
      }
    }
  }

  private board(frame: Extract<ConsoleServerFrame, { type: 'board' }>): void {
    const { version, topics, queue, mine } = frame;
    const board: Board = { version, topics, queue, mine };
    const before = this.store.get().board;
    this.store.patch({ board });
    this.presence(frame.presence);
    const ids = new Set(mine.map(row => row.conversation));
    for (const row of mine) {
      const talk = this.own(row.conversation, true);
      talk.status(row.status);
      talk.expect(row.head);
      if ('seen' in row && typeof row.seen === 'number') talk.seen('counsellor', row.seen);
    }
    for (const row of before?.mine ?? []) if (!ids.has(row.conversation)) this.dropIfOver(row.conversation);
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
      const talk = this.conversations.get(row.conversation);
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
    for (const talk of this.conversations.values()) talk.connected(live);
    if (phase === 'stopped' && code === CLOSE.rightsGone)
      for (const id of this.conversations.keys()) this.blank(id, 'rights_changed');
    this.store.patch({ line: this.lineIn(phase), stopCode: code });
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
    const behind = [...this.conversations.values()].some(
      talk => !talk.now.revoked && talk.have < talk.now.head,
    );
    if (behind) this.store.patch({ line: 'catching_up' });
    else this.store.patch({ line: 'live', inStepAt: this.options.wallClock() });
  }

  // Keeping house

  private have(): Record<string, number> {
    const have: Record<string, number> = {};
    for (const [id, talk] of this.conversations) if (!talk.now.revoked) have[id] = talk.have;
    return have;
  }

  /** What was revoked or only looked at and is now one's own starts anew; `ask` where the server follows not by itself. */
  private own(id: string, ask: boolean): ConversationOnDesk {
    const held = this.conversations.get(id);
    if (held && !held.now.revoked && !held.now.look) return held;
    held?.stop();
    const fresh = ask ? this.take(id, false) : this.put(id, false);
    if (held && !held.now.look) fresh.seen('counsellor', held.now.seen);
    if (this.store.get().selected === id) void fresh.loadDetails();
    return fresh;
  }

  private about(id: string): ConversationOnDesk {
    return this.conversations.get(id) ?? this.put(id, false);
  }

  private take(id: string, look: boolean): ConversationOnDesk {
    const talk = this.put(id, look);
    this.connection.send({ type: 'follow', conversation: id, have: 0 });
    return talk;
  }

  private put(id: string, look: boolean): ConversationOnDesk {
    const talk: ConversationOnDesk = new ConversationOnDesk({
      id,
      look,
      surroundings: this.options.surroundings,
      api: this.options.api,
      send: frame => this.connection.send(frame),
      // What comes late for a conversation that has left the desk must not bring it back.
      changed: now => {
        if (this.conversations.get(id) === talk) this.changed(now);
      },
    });
    this.conversations.set(id, talk);
    talk.connected(this.connection.isLive);
    this.changed(talk.now);
    return talk;
  }

  private changed(talk: Talk): void {
    const talks = new Map(this.store.get().talks);
    talks.set(talk.id, talk);
    this.store.patch({ talks });
    if (this.store.get().line === 'catching_up') this.judgeLine();
  }

  /** Signed out is not a loss of rights: the person's own drafts wait for them, the log does not. */
  private blank(id: string, code: string): void {
    this.conversations.get(id)?.blank(code);
    if (code !== 'not_signed_in') this.options.revoked(id);
  }

  private strangers(person: string): void {
    const before = this.store.get().person;
    if (before === null || before.id === person) return;
    for (const id of [...this.conversations.keys()]) this.drop(id);
    this.options.strangerCame();
  }

  /** What is neither mine nor before the person's eyes leaves the desk. */
  private dropIfOver(id: string): void {
    const { board, selected } = this.store.get();
    const mine = board?.mine.some(row => row.conversation === id) ?? true;
    if (mine || selected === id) return;
    this.drop(id);
  }

  private drop(id: string): void {
    this.conversations.get(id)?.stop();
    this.conversations.delete(id);
    const talks = new Map(this.store.get().talks);
    talks.delete(id);
    const { selected } = this.store.get();
    this.store.patch({ talks, selected: selected === id ? null : selected });
  }
}
