// One help-seeker's conversation, whole: socket, log, outbox, typing, HTTP when there is no socket, and one picture of
// it all for the page to draw.
import {
  type Cid,
  CLOSE,
  type Entry,
  type Participant,
  PROTOCOL_VERSION,
  type SeekerServerFrame,
  type SeekerWelcome,
} from '../protocol/frames';
import { parseServerFrame } from '../protocol/parse';
import { makeCid } from '../protocol/secrets';
import { createStore, type Store } from '../store/store';
import { Refusal, type SeekerApi, type Snapshot } from './api';
import { Connection, type Phase } from './connection';
import { BEFORE, type LineState } from './line-state';
import { Outbox, type OutboxItem, type PostOutcome } from './outbox';
import { Polling } from './polling';
import { Stream } from './stream';
import { Alarm, fullJitter, type SocketFactory, type Surroundings } from './surroundings';
import { TypingReceiver, TypingSender } from './typing';

export interface LineOptions {
  surroundings: Surroundings;
  openSocket: SocketFactory;
  api: SeekerApi;
  token(): string;
  outboxChanged?(items: readonly OutboxItem[]): void;
}

const SEEN_EVERY = 1_000;

export class SeekerLine {
  readonly state: Store<LineState> = createStore<LineState>(BEFORE);
  readonly outbox: Outbox;
  private readonly connection: Connection;
  private readonly stream: Stream;
  private readonly polling: Polling;
  private readonly typing: TypingSender;
  private readonly otherTyping: TypingReceiver;
  private readonly seenSoon: Alarm;
  private readonly leaveAgain: Alarm;
  private seenUpto = 0;
  private seenSent = 0;

  constructor(private readonly options: LineOptions) {
    const { surroundings, api } = options;
    const { clock } = surroundings;
    this.seenSoon = new Alarm(clock);
    this.leaveAgain = new Alarm(clock);
    this.outbox = new Outbox({
      surroundings,
      makeCid: () => makeCid(surroundings.randomBytes),
      send: (cid, body) => this.connection.send({ type: 'send', cid, body }),
      post: (cid, body) => outcomeOf(api.message(cid, body)),
      changed: items => {
        this.state.patch({ outbox: items });
        options.outboxChanged?.(items);
      },
    });
    this.stream = new Stream({
      surroundings,
      entries: entries => this.append(entries),
      restarted: () => this.state.patch({ entries: [] }),
      resync: have => this.connection.send({ type: 'resync', have }),
      page: after => api.events(after),
    });
    this.polling = new Polling({
      surroundings,
      poll: () => this.poll(),
      changed: polling => this.state.patch({ polling }),
    });
    this.typing = new TypingSender(clock, on => this.connection.send({ type: 'typing', on }));
    this.otherTyping = new TypingReceiver(clock, otherIsTyping => this.state.patch({ otherIsTyping }));
    this.connection = new Connection({
      surroundings,
      openSocket: options.openSocket,
      hello: () => ({ type: 'hello', v: PROTOCOL_VERSION, token: options.token(), have: this.stream.have }),
      frame: value => {
        const frame = parseServerFrame('seeker', value);
        if (frame) this.receive(frame);
      },
      phase: (phase, code) => this.phase(phase, code),
    });
  }

  start(): void {
    this.connection.start();
    this.polling.begin();
  }

  /** Nothing is sent or asked any more. The picture stays. */
  stop(): void {
    this.connection.stop();
    this.halt();
  }

  wake(): void {
    this.connection.wake();
    this.polling.wake();
  }

  say(body: string): Cid {
    this.typing.stop();
    return this.outbox.add(body);
  }

  input(text: string): void {
    if (text.trim() === '') this.typing.stop();
    else this.typing.input();
  }

  quiet(): void {
    this.typing.stop();
  }

  /** Everything up to `upto` was on a visible, focused screen. Told at most once a second. */
  seen(upto: number): void {
    if (upto <= this.seenUpto) return;
    this.seenUpto = upto;
    if (!this.seenSoon.isSet) this.seenSoon.set(SEEN_EVERY, () => this.tellSeen());
  }

  leave(): void {
    if (this.state.get().leaving) return;
    this.state.patch({ leaving: true });
    void this.tryToLeave(makeCid(this.options.surroundings.randomBytes), 0);
  }

  private async tryToLeave(cid: Cid, attempt: number): Promise<void> {
    const { api, surroundings } = this.options;
    try {
      await api.leave(cid);
    } catch (error) {
      if (!(error instanceof Refusal && error.final)) {
        const wait = fullJitter(attempt, surroundings.chance);
        this.leaveAgain.set(wait, () => void this.tryToLeave(cid, attempt + 1));
        return;
      }
    }
    if (this.state.get().status !== 'closed') this.state.patch({ status: 'closed' });
  }

  private tellSeen(): void {
    if (this.seenUpto > this.seenSent && this.connection.send({ type: 'seen', upto: this.seenUpto }))
      this.seenSent = this.seenUpto;
  }

  private phase(phase: Phase, code: number): void {
    this.state.patch({ phase });
    this.outbox.connected(phase === 'live');
    if (phase === 'live') {
      this.polling.rest();
      return;
    }
    this.otherTyping.received(false, 0);
    if (phase !== 'stopped') this.polling.begin();
    else if (code !== 0) this.stopped(code);
  }

  private stopped(code: number): void {
    this.halt();
    this.state.patch({ stopCode: code, ...(code === CLOSE.ended ? { status: 'closed' } : {}) });
  }

  private halt(): void {
    this.polling.rest();
    this.stream.stop();
    this.outbox.halt();
    for (const alarm of [this.seenSoon, this.leaveAgain]) alarm.stop();
  }

  private receive(frame: SeekerServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        return this.welcomed(frame);
      case 'event':
        return this.stream.event(frame);
      case 'limited':
        return this.stream.limited(frame.head);
      case 'reset':
        return this.stream.reset();
      case 'ack':
        return this.outbox.ack(frame.cid, frame.seq);
      case 'nack':
        return this.outbox.nack(frame.cid, frame.code, frame.final, frame.retry_after);
      case 'typing':
        return this.otherTyping.received(frame.on, frame.ttl);
      case 'seen':
        return this.sawOurs(frame.upto);
      case 'pong':
        return this.heads(frame.heads);
      case 'state':
        return this.state.patch({ status: frame.status });
      case 'queue':
        return this.state.patch({
          queue: { position: frame.position, waiting: frame.waiting, estimate: frame.estimate },
        });
      case 'revoked':
        this.connection.stop();
        this.state.patch({ entries: [], outbox: [] });
        return this.stopped(CLOSE.rightsGone);
      case 'error':
      case 'bye':
        return;
    }
  }

  private welcomed(frame: SeekerWelcome): void {
    this.stream.reconnected();
    this.seenSent = 0;
    this.tellSeen();
    this.state.patch({
      known: true,
      status: frame.conversation.status,
      topic: frame.conversation.topic,
      participant: frame.participant,
      people: frame.people,
    });
    this.sawOurs(frame.seen);
  }

  private heads(heads: Record<string, number>): void {
    for (const head of Object.values(heads)) this.stream.head(head);
  }

  private sawOurs(upto: number): void {
    this.state.patch({ seenByOther: Math.max(upto, this.state.get().seenByOther) });
  }

  private append(entries: Entry[]): void {
    const before = this.state.get();
    let { people, status } = before;
    for (const entry of entries) {
      if (entry.kind === 'joined') people = withPerson(people, entry.participant);
      if (entry.kind === 'closed') status = 'closed';
      if (entry.kind === 'message' && entry.role !== 'seeker') this.otherTyping.received(false, 0);
    }
    this.state.patch({ entries: [...before.entries, ...entries], people, status });
    for (const entry of entries) if (entry.kind === 'message') this.outbox.event(entry.cid);
  }

  private async poll(): Promise<void> {
    try {
      const snapshot = await this.options.api.conversation();
      await this.stream.poll();
      this.snapshot(snapshot);
    } catch (error) {
      if (!(error instanceof Refusal) || !error.final) throw error;
      this.connection.stop();
      this.stopped(error.status === 410 ? CLOSE.ended : CLOSE.badBearer);
    }
  }

  private snapshot(snapshot: Snapshot): void {
    this.state.patch({
      known: true,
      status: snapshot.status,
      topic: snapshot.topic,
      people: snapshot.people,
      queue: snapshot.queue,
    });
  }
}

const withPerson = (people: readonly Participant[], person: Participant): readonly Participant[] => [
  ...people.filter(({ id }) => id !== person.id),
  person,
];

/** An answer of the service as a value; a network that fails stays a rejection. */
async function outcomeOf(stored: Promise<{ seq: number; at: number }>): Promise<PostOutcome> {
  try {
    const { seq, at } = await stored;
    return { ok: true, seq, at };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, final, retryAfter } = error;
    return retryAfter === undefined ? { ok: false, code, final } : { ok: false, code, final, retryAfter };
  }
}
