// Is the socket alive, and when is the next one opened? Hello and welcome, pings, reconnecting with full jitter, a
// server that goes away, and close codes that mean stop. It knows nothing of conversations.
import { CLOSE } from '../protocol/frames';
import { readJson } from '../protocol/read';
import { Alarm, fullJitter, type OpenSocket, type SocketFactory, type Surroundings } from './surroundings';

/** `live`: greeted. `connecting`: being opened. `waiting`: a time is set. `stopped`: never again by itself. */
export type Phase = 'connecting' | 'live' | 'waiting' | 'stopped';

export interface ConnectionOptions {
  surroundings: Pick<Surroundings, 'clock' | 'chance'>;
  openSocket: SocketFactory;
  /** The first frame; asked for anew at each opening, because `have` has moved on. */
  hello(): object;
  /** Every frame that is JSON, `welcome` and `pong` included. */
  frame(value: unknown): void;
  /** `code` is the close code that led here, 0 for none. */
  phase(phase: Phase, code: number): void;
}

const GREETING_LIMIT = 10_000;
const PING_EVERY = 20_000;
const PONG_LIMIT = 8_000;
const SETTLED = 10_000;
const AFTER_FLOOD = 5_000;
const FINAL = new Set<number>([
  CLOSE.noHello,
  CLOSE.badBearer,
  CLOSE.rightsGone,
  CLOSE.ended,
  CLOSE.tooLarge,
  CLOSE.versionUnknown,
]);

export class Connection {
  private current: OpenSocket | null = null;
  private now: Phase = 'stopped';
  private attempt = 0;
  private liveSince = 0;
  private pings = 0;
  private goodbye: number | null = null;
  private readonly greeting: Alarm;
  private readonly ping: Alarm;
  private readonly pong: Alarm;
  private readonly again: Alarm;

  constructor(private readonly options: ConnectionOptions) {
    const { clock } = options.surroundings;
    this.greeting = new Alarm(clock);
    this.ping = new Alarm(clock);
    this.pong = new Alarm(clock);
    this.again = new Alarm(clock);
  }

  get phase(): Phase {
    return this.now;
  }

  get isLive(): boolean {
    return this.now === 'live';
  }

  start(): void {
    if (this.now === 'stopped') this.open();
  }

  stop(): void {
    this.drop();
    this.enter('stopped', 0);
  }

  /** Hands a frame to a greeted socket; false says that it was not sent. */
  send(frame: object): boolean {
    if (!this.isLive || !this.current) return false;
    this.current.send(JSON.stringify(frame));
    return true;
  }

  /** The page woke up or the network changed: connect now, or find out now whether the line still holds. */
  wake(): void {
    if (this.now === 'waiting' && this.goodbye === null) this.open();
    else if (this.isLive && !this.pong.isSet) this.sendPing();
  }

  private open(): void {
    this.drop();
    this.goodbye = null;
    this.enter('connecting', 0);
    const socket = this.options.openSocket({
      opened: () => {
        if (this.current === socket) socket.send(JSON.stringify(this.options.hello()));
      },
      message: data => {
        if (this.current === socket) this.receive(readJson(data));
      },
      closed: code => {
        if (this.current === socket) this.lost(code);
      },
    });
    this.current = socket;
    this.greeting.set(GREETING_LIMIT, () => this.lost(0));
  }

  private receive(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const frame = value as { type?: unknown; after?: unknown };
    // Whatever arrives proves the line; on a thin one a pong may stand behind a long backlog.
    if (this.pong.isSet) this.pong.set(PONG_LIMIT, () => this.lost(0));
    if (frame.type === 'pong') this.pong.stop();
    if (frame.type === 'bye') this.leaveSoon(typeof frame.after === 'number' ? frame.after : 0);
    if (frame.type === 'welcome' && this.now === 'connecting') this.greeted();
    this.options.frame(value);
  }

  private greeted(): void {
    this.greeting.stop();
    this.liveSince = this.options.surroundings.clock.now();
    this.schedulePing();
    this.enter('live', 0);
  }

  private schedulePing(): void {
    const jitter = 0.9 + this.options.surroundings.chance() * 0.2;
    this.ping.set(PING_EVERY * jitter, () => this.sendPing());
  }

  private sendPing(): void {
    this.pings += 1;
    this.send({ type: 'ping', n: this.pings });
    this.pong.set(PONG_LIMIT, () => this.lost(0));
    this.schedulePing();
  }

  /** The server said when to come back; the close follows, and if it does not we go ourselves. */
  private leaveSoon(after: number): void {
    this.goodbye = after;
    this.again.set(after, () => this.open());
  }

  private lost(code: number): void {
    const { clock, chance } = this.options.surroundings;
    const wasLive = this.isLive;
    const told = this.goodbye !== null;
    this.drop(told);
    if (FINAL.has(code)) {
      this.again.stop();
      this.enter('stopped', code);
      return;
    }
    if (wasLive && clock.now() - this.liveSince >= SETTLED) this.attempt = 0;
    if (!told) {
      const wait = fullJitter(this.attempt, chance) + (code === CLOSE.flood ? AFTER_FLOOD : 0);
      this.attempt += 1;
      this.again.set(wait, () => this.open());
    }
    this.enter('waiting', code);
  }

  private drop(keepAgain = false): void {
    const socket = this.current;
    this.current = null;
    for (const alarm of [this.greeting, this.ping, this.pong]) alarm.stop();
    if (!keepAgain) this.again.stop();
    socket?.close();
  }

  private enter(phase: Phase, code: number): void {
    if (phase === this.now && code === 0) return;
    this.now = phase;
    this.options.phase(phase, code);
  }
}
