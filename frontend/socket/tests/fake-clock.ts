// A clock that only moves when told, seeded chance, and promises that get their turn between timers.
import type { Clock, Surroundings } from '../surroundings';

export class FakeClock implements Clock {
  private time = 0;
  private serial = 0;
  private readonly timers = new Map<number, { at: number; action: () => void }>();

  now(): number {
    return this.time;
  }

  setTimeout(action: () => void, ms: number): number {
    this.serial += 1;
    this.timers.set(this.serial, { at: this.time + Math.max(0, ms), action });
    return this.serial;
  }

  clearTimeout(timer: unknown): void {
    this.timers.delete(timer as number);
  }

  get pending(): number {
    return this.timers.size;
  }

  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.nextUntil(end); next; next = this.nextUntil(end)) {
      const [id, { at, action }] = next;
      this.timers.delete(id);
      this.time = at;
      action();
      await settle();
    }
    this.time = end;
  }

  private nextUntil(end: number): [number, { at: number; action: () => void }] | undefined {
    return [...this.timers]
      .filter(([, timer]) => timer.at <= end)
      .sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
  }
}

/** Lets every promise that is ready take its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

/** mulberry32: small, seeded, good enough to shuffle with. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function fakeSurroundings(seed = 1): Surroundings & { clock: FakeClock } {
  const random = seeded(seed);
  return {
    clock: new FakeClock(),
    chance: random,
    randomBytes: length => Uint8Array.from({ length }, () => Math.floor(random() * 256)),
  };
}
