// What does a state machine need from the world? Clock, timers, chance, a socket, a store: all passed in, so that
// tests own them.
import type { RandomBytes } from '../protocol/secrets';

export type Timer = unknown;

export interface Clock {
  /** Milliseconds; only differences are used, never compared with the server's clock. */
  now(): number;
  setTimeout(action: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** A number in [0, 1). For delays only, never for secrets. */
export type Chance = () => number;

export interface SocketHandlers {
  opened(): void;
  message(data: unknown): void;
  closed(code: number): void;
}

export interface OpenSocket {
  send(text: string): void;
  close(): void;
}

export type SocketFactory = (handlers: SocketHandlers) => OpenSocket;

/** The part of `Storage` that is used; every call may throw where storage is blocked. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Surroundings {
  clock: Clock;
  chance: Chance;
  randomBytes: RandomBytes;
}

/** A timer that can be set again and stopped, and is never running twice. */
export class Alarm {
  private timer: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  get isSet(): boolean {
    return this.timer !== undefined;
  }

  set(ms: number, action: () => void): void {
    this.stop();
    this.timer = this.clock.setTimeout(() => {
      this.timer = undefined;
      action();
    }, ms);
  }

  stop(): void {
    if (this.timer !== undefined) this.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }
}

/** Full jitter: anything between the floor and a ceiling that doubles with each attempt. */
export function fullJitter(attempt: number, chance: Chance, floor = 500, ceiling = 20_000): number {
  const top = Math.min(ceiling, floor * 2 ** Math.min(attempt + 1, 16));
  return floor + chance() * (top - floor);
}
