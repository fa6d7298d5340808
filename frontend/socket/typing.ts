// When do we say that somebody is typing, and how long do we believe it? A boolean, seldom sent, soon expired; never
// the text.
import { Alarm, type Clock } from './surroundings';

const SEND_EVERY = 4_000;
const IDLE = 6_000;

export class TypingSender {
  private on = false;
  private lastSent = Number.NEGATIVE_INFINITY;
  private readonly idle: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly send: (on: boolean) => void,
  ) {
    this.idle = new Alarm(clock);
  }

  /** The draft changed and is not empty. */
  input(): void {
    this.idle.set(IDLE, () => this.stop());
    if (this.clock.now() - this.lastSent < SEND_EVERY) return;
    this.lastSent = this.clock.now();
    this.on = true;
    this.send(true);
  }

  /** Sent, emptied, or left the field. */
  stop(): void {
    this.idle.stop();
    if (!this.on) return;
    this.on = false;
    this.lastSent = Number.NEGATIVE_INFINITY;
    this.send(false);
  }
}

export class TypingReceiver {
  private shown = false;
  private readonly expiry: Alarm;

  constructor(
    clock: Clock,
    private readonly show: (on: boolean) => void,
  ) {
    this.expiry = new Alarm(clock);
  }

  received(on: boolean, ttlSeconds: number): void {
    if (on) this.expiry.set(ttlSeconds * 1_000, () => this.set(false));
    else this.expiry.stop();
    this.set(on);
  }

  private set(on: boolean): void {
    if (on === this.shown) return;
    this.shown = on;
    this.show(on);
  }
}
