// One conversation on the desk: its log without gaps, its outbox, who types, how far each side has read.
import type { ConsoleClientFrame, Entry } from '../../protocol/frames';
import { makeCid } from '../../protocol/secrets';
import { Outbox } from '../../socket/outbox';
import { Stream } from '../../socket/stream';
import { Alarm, type Surroundings } from '../../socket/surroundings';
import { TypingReceiver, TypingSender } from '../../socket/typing';
import { furthest } from '../model/unread';
import { readDetails, readPage } from './answers';
import { type Api, postOutcome } from './api';
import type { Talk } from './state';

export interface ConversationOptions {
  id: string;
  look: boolean;
  surroundings: Surroundings;
  api: Api;
  send(frame: ConsoleClientFrame): boolean;
  changed(talk: Talk): void;
}

const SEEN_EVERY = 1_000;

export class ConversationOnDesk {
  private talk: Talk;
  private readonly stream: Stream;
  private outbox: Outbox;
  private readonly typingHere: TypingSender;
  private readonly typingThere: TypingReceiver;
  private readonly seenAlarm: Alarm;
  private seenTold = 0;
  private asking = false;

  constructor(private readonly options: ConversationOptions) {
    const { id, look, surroundings, api, send } = options;
    this.talk = {
      id,
      look,
      entries: [],
      outbox: [],
      head: 0,
      seen: 0,
      seenBySeeker: 0,
      seekerTyping: false,
      status: null,
      revoked: null,
      details: { at: 'loading' },
    };
    this.stream = new Stream({
      surroundings,
      entries: entries => this.took(entries),
      restarted: () => this.update({ entries: [], seenBySeeker: 0 }),
      resync: have => send({ type: 'resync', conversation: id, have }),
      page: async after => {
        const outcome = await api.get(`console/conversations/${id}/events?after=${after}&limit=200`);
        if (!outcome.ok) throw new Error(outcome.code);
        return readPage(outcome.value);
      },
    });
    this.outbox = this.newOutbox();
    this.typingHere = new TypingSender(surroundings.clock, on => {
      send({ type: 'typing', conversation: id, on });
    });
    this.typingThere = new TypingReceiver(surroundings.clock, on => this.update({ seekerTyping: on }));
    this.seenAlarm = new Alarm(surroundings.clock);
  }

  get now(): Talk {
    return this.talk;
  }

  get have(): number {
    return this.stream.have;
  }

  event(entry: Entry): void {
    if (!this.talk.revoked) this.stream.event(entry);
  }

  head(head: number): void {
    if (head > this.talk.head) this.update({ head });
    this.stream.head(head);
  }

  /** The head is known from a picture (board, welcome): the server sends the rest without being asked. */
  expect(head: number): void {
    if (head > this.talk.head) this.update({ head });
  }

  /** Over HTTP, while there is no socket. Rejects when the service cannot be reached. */
  poll(): Promise<void> {
    return this.stream.poll();
  }

  limited(head: number): void {
    this.stream.limited(head);
  }

  reset(): void {
    this.stream.reset();
  }

  connected(live: boolean): void {
    if (live) this.stream.reconnected();
    this.outbox.connected(live);
    if (live) this.seenTold = 0;
  }

  ack(cid: string, seq: number): void {
    this.outbox.ack(cid, seq);
  }

  nack(cid: string, code: string, final: boolean, retryAfter?: number): void {
    this.outbox.nack(cid, code, final, retryAfter);
  }

  typing(role: string, on: boolean, ttl: number): void {
    if (role === 'seeker') this.typingThere.received(on, ttl);
  }

  seen(role: string, upto: number): void {
    if (role === 'seeker') this.update({ seenBySeeker: furthest(this.talk.seenBySeeker, upto) });
    else if (!this.talk.look) this.update({ seen: furthest(this.talk.seen, upto) });
  }

  status(status: string): void {
    if (status !== this.talk.status) this.update({ status });
  }

  say(body: string): void {
    this.typingHere.stop();
    this.outbox.add(body);
  }

  retry(cid: string): void {
    const item = this.outbox.items.find(held => held.cid === cid);
    if (item) this.outbox.retry(item.cid);
  }

  takeBack(cid: string): void {
    const item = this.outbox.items.find(held => held.cid === cid);
    if (item) this.outbox.remove(item.cid);
  }

  wrote(something: boolean): void {
    if (something) this.typingHere.input();
    else this.typingHere.stop();
  }

  stoppedWriting(): void {
    this.typingHere.stop();
  }

  /** Read up to here by the person's own eyes; told to the server at most once a second. */
  read(upto: number): void {
    if (this.talk.look || upto <= this.talk.seen) return;
    this.update({ seen: upto });
    if (!this.seenAlarm.isSet) this.seenAlarm.set(SEEN_EVERY, () => this.tellSeen());
  }

  async loadDetails(): Promise<void> {
    if (this.talk.details.at === 'failed') this.update({ details: { at: 'loading' } });
    if (this.asking) return;
    this.asking = true;
    const outcome = await this.options.api.get(`console/conversations/${this.talk.id}`);
    this.asking = false;
    if (this.talk.revoked) return;
    if (outcome.ok) this.update({ details: { at: 'ready', value: readDetails(outcome.value) } });
    else this.update({ details: { at: 'failed', code: outcome.code } });
  }

  /** The right to read is gone: nothing of it stays in memory. */
  blank(code: string): void {
    this.stop();
    this.outbox = this.newOutbox();
    const { id, look } = this.talk;
    this.update({
      id,
      look,
      entries: [],
      outbox: [],
      head: 0,
      seekerTyping: false,
      revoked: code,
      details: { at: 'failed', code: 'not_found' },
    });
  }

  stop(): void {
    this.outbox.halt();
    this.stream.stop();
    this.typingHere.stop();
    this.seenAlarm.stop();
  }

  private newOutbox(): Outbox {
    const { id, surroundings, api, send } = this.options;
    const outbox: Outbox = new Outbox({
      surroundings,
      makeCid: () => makeCid(surroundings.randomBytes),
      send: (cid, body) => send({ type: 'send', conversation: id, cid, body }),
      post: async (cid, body) =>
        postOutcome(await api.post(`console/conversations/${id}/messages`, { cid, body })),
      changed: items => {
        if (outbox === this.outbox) this.update({ outbox: items });
      },
    });
    return outbox;
  }

  private tellSeen(): void {
    const { seen, id } = this.talk;
    if (seen > this.seenTold && this.options.send({ type: 'seen', conversation: id, upto: seen })) {
      this.seenTold = seen;
    }
  }

  private took(entries: Entry[]): void {
    let { seen, status } = this.talk;
    for (const entry of entries) {
      if ('cid' in entry) this.outbox.event(entry.cid);
      if (entry.role === 'seeker' && entry.kind === 'message') this.typingThere.received(false, 0);
      // Whoever answered has read what came before, also in an earlier life of this page.
      if (entry.role === 'counsellor' && entry.kind === 'message') seen = furthest(seen, entry.seq);
      if (entry.kind === 'closed') status = 'closed';
      if (entry.kind === 'wrapped_up') status = 'wrapped_up';
    }
    const last = entries[entries.length - 1];
    this.update({
      entries: [...this.talk.entries, ...entries],
      head: furthest(this.talk.head, last?.seq),
      seen,
      status,
    });
    const people = entries.some(entry => entry.kind === 'joined' || entry.kind === 'left');
    if (people && this.talk.details.at === 'ready') void this.loadDetails();
  }

  private update(part: Partial<Talk>): void {
    this.talk = { ...this.talk, ...part };
    this.options.changed(this.talk);
  }
}
