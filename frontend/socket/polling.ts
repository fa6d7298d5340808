// What when no socket can be had (proxies that cut them, blocked networks)? After three seconds without one, ask over
// HTTP every few seconds until a socket is back.
import { Alarm, fullJitter, type Surroundings } from './surroundings';

/** `resting`: the socket does the work. `serving`: HTTP answers. `failing`: neither does. */
export type PollingState = 'resting' | 'serving' | 'failing';

export interface PollingOptions {
  surroundings: Pick<Surroundings, 'clock' | 'chance'>;
  /** Rejects when the service cannot be reached. */
  poll(): Promise<void>;
  changed(state: PollingState): void;
}

const WITHOUT_SOCKET = 3_000;
const EVERY = 3_000;

export class Polling {
  private state: PollingState = 'resting';
  private running = false;
  private failures = 0;
  private busy = false;
  private readonly alarm: Alarm;

  constructor(private readonly options: PollingOptions) {
    this.alarm = new Alarm(options.surroundings.clock);
  }

  /** The socket is gone; polling begins if it is not back soon. */
  begin(): void {
    if (this.running) return;
    this.running = true;
    this.failures = 0;
    this.alarm.set(WITHOUT_SOCKET, () => void this.once());
  }

  /** The socket is back, or nothing more is wanted. */
  rest(): void {
    this.running = false;
    this.alarm.stop();
    this.enter('resting');
  }

  /** The page woke up: do not sit out a long pause. */
  wake(): void {
    if (this.running && this.failures > 0 && !this.busy) void this.once();
  }

  private async once(): Promise<void> {
    if (this.busy) return;
    this.alarm.stop();
    this.busy = true;
    let answered = true;
    try {
      await this.options.poll();
    } catch {
      answered = false;
    }
    this.busy = false;
    if (!this.running) return;
    this.failures = answered ? 0 : this.failures + 1;
    this.enter(answered ? 'serving' : 'failing');
    const { chance } = this.options.surroundings;
    const wait = answered ? EVERY * (0.9 + chance() * 0.4) : fullJitter(this.failures, chance, 1_000);
    this.alarm.set(wait, () => void this.once());
  }

  private enter(state: PollingState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.changed(state);
  }
}
