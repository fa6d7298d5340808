// What has been written and is not yet in the log? One message in flight, the same client id on every attempt, over
// the socket or, after three seconds without one, over HTTP. A message leaves only when its own event arrives.
import type { Cid } from '../protocol/frames';
import { Alarm, fullJitter, type Surroundings } from './surroundings';

export type OutboxState = 'sending' | 'stored' | 'failed';

export interface OutboxItem {
  readonly cid: Cid;
  readonly body: string;
  readonly state: OutboxState;
  /** Milliseconds of our own clock when it was handed over or tried again. */
  readonly since: number;
  /** Why it failed: a code of the protocol, or `no_answer` after the time limit. */
  readonly code?: string;
  readonly seq?: number;
}

export type PostOutcome =
  | { ok: true; seq: number; at: number }
  | { ok: false; code: string; final: boolean; retryAfter?: number };

export interface OutboxOptions {
  surroundings: Surroundings;
  makeCid(): Cid;
  /** Over the socket; false when there is none. */
  send(cid: Cid, body: string): boolean;
  /** Over HTTP; rejects when the server cannot be reached. */
  post(cid: Cid, body: string): Promise<PostOutcome>;
  changed(items: readonly OutboxItem[]): void;
}

const WITHOUT_SOCKET = 3_000;
const ANSWER_LIMIT = 8_000;
/** After so long without any answer the person is told, and chooses. */
const GIVE_UP = 120_000;

export class Outbox {
  private list: OutboxItem[] = [];
  private live = false;
  private halted = false;
  private posting: Cid | null = null;
  private attempt = 0;
  private readonly next: Alarm;
  private readonly limit: Alarm;

  constructor(private readonly options: OutboxOptions) {
    this.next = new Alarm(options.surroundings.clock);
    this.limit = new Alarm(options.surroundings.clock);
  }

  get items(): readonly OutboxItem[] {
    return this.list;
  }

  /** Takes over a text that follows the text rules. */
  add(body: string): Cid {
    const cid = this.options.makeCid();
    this.restore([{ cid, body }]);
    return cid;
  }

  /** Messages of an earlier life of this page, with the client ids they had: a repeat is harmless. */
  restore(items: readonly { cid: Cid; body: string; code?: string }[]): void {
    const since = this.options.surroundings.clock.now();
    const fresh = items.map(
      ({ cid, body, code }): OutboxItem =>
        code ? { cid, body, state: 'failed', since, code } : { cid, body, state: 'sending', since },
    );
    this.update([...this.list, ...fresh]);
  }

  retry(cid: Cid): void {
    const since = this.options.surroundings.clock.now();
    this.update(
      this.list.map(item =>
        item.cid === cid && item.state === 'failed'
          ? { cid, body: item.body, state: 'sending' as const, since }
          : item,
      ),
    );
  }

  /** Only a failed message can be taken back: one on its way may already be stored. */
  remove(cid: Cid): void {
    this.update(this.list.filter(item => item.cid !== cid || item.state !== 'failed'));
  }

  /** Nothing is sent any more; what was written stays to be copied. */
  halt(): void {
    this.halted = true;
    this.next.stop();
    this.limit.stop();
  }

  connected(live: boolean): void {
    if (live === this.live || this.halted) return;
    this.live = live;
    this.attempt = 0;
    if (!this.head) return;
    if (live) this.push();
    else this.next.set(WITHOUT_SOCKET, () => this.post());
  }

  ack(cid: string, seq: number): void {
    this.settle(cid, item => ({ cid: item.cid, body: item.body, state: 'stored', since: item.since, seq }));
  }

  nack(cid: string, code: string, final: boolean, retryAfter?: number): void {
    if (final) return this.settle(cid, item => failed(item, code));
    if (this.head?.cid === cid) this.later(retryAfter);
  }

  /** The log has it: the bubble of the log takes its place. */
  event(cid: string): void {
    if (!this.list.some(item => item.cid === cid)) return;
    this.update(this.list.filter(item => item.cid !== cid));
  }

  private get head(): OutboxItem | undefined {
    return this.list.find(item => item.state === 'sending');
  }

  private settle(cid: string, settled: (item: OutboxItem) => OutboxItem): void {
    if (!this.list.some(item => item.cid === cid && item.state === 'sending')) return;
    this.update(this.list.map(item => (item.cid === cid ? settled(item) : item)));
  }

  private update(list: OutboxItem[]): void {
    const before = this.head?.cid;
    this.list = list;
    this.options.changed(list);
    if (this.head?.cid === before) return;
    this.next.stop();
    this.limit.stop();
    this.attempt = 0;
    this.begin();
  }

  private begin(): void {
    const { head } = this;
    if (!head || this.halted) return;
    const left = head.since + GIVE_UP - this.options.surroundings.clock.now();
    this.limit.set(Math.max(left, 1_000), () => this.giveUp());
    if (this.live) this.push();
    else this.next.set(WITHOUT_SOCKET, () => this.post());
  }

  private push(): void {
    const { head } = this;
    if (!head || this.posting === head.cid) return;
    if (this.options.send(head.cid, head.body)) this.next.set(ANSWER_LIMIT, () => this.push());
    else this.next.set(WITHOUT_SOCKET, () => this.post());
  }

  private post(): void {
    const { head } = this;
    if (!head || this.posting) return;
    const { cid } = head;
    this.posting = cid;
    this.options.post(cid, head.body).then(
      outcome => {
        this.posting = null;
        if (outcome.ok) this.ack(cid, outcome.seq);
        else this.nack(cid, outcome.code, outcome.final, outcome.retryAfter);
        this.resume(cid);
      },
      () => {
        this.posting = null;
        if (this.head?.cid === cid) this.later();
        this.resume(cid);
      },
    );
  }

  /** A post that ends for a message no longer at the head must not leave the present head without a timer. */
  private resume(cid: Cid): void {
    if (this.head && this.head.cid !== cid && !this.next.isSet) this.begin();
  }

  private later(retryAfter?: number): void {
    if (this.halted) return;
    const { chance } = this.options.surroundings;
    const wait = retryAfter === undefined ? fullJitter(this.attempt, chance) : retryAfter * 1_000;
    this.attempt += 1;
    this.next.set(wait, () => (this.live ? this.push() : this.post()));
  }

  /** Later messages were written after this one and must not overtake it: all that wait fail with it. */
  private giveUp(): void {
    this.next.stop();
    this.update(this.list.map(item => (item.state === 'sending' ? failed(item, 'no_answer') : item)));
  }
}

const failed = (item: OutboxItem, code: string): OutboxItem => ({
  cid: item.cid,
  body: item.body,
  state: 'failed',
  since: item.since,
  code,
});
