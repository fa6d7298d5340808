// To whom can a supervisor give somebody who waits? Read from the service's answer.

export interface Taker {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly load: number;
  readonly capacity: number;
}

export const REASON_LIMIT = 200;

/** What is no taker is left out. */
export function readTakers(value: unknown): Taker[] {
  const list = typeof value === 'object' && value !== null ? (value as { takers?: unknown }).takers : null;
  return Array.isArray(list) ? list.filter(isTaker) : [];
}

function isTaker(value: unknown): value is Taker {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, organisation, load, capacity } = value as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    typeof organisation === 'string' &&
    typeof load === 'number' &&
    typeof capacity === 'number'
  );
}

export function isFree(taker: Taker): boolean {
  return taker.load < taker.capacity;
}

/** Why it cannot be done yet, or `null`. */
export function whyNotPick(taker: string, reason: string): 'taker' | 'reason' | null {
  if (taker === '') return 'taker';
  const length = [...reason.trim()].length;
  return length === 0 || length > REASON_LIMIT ? 'reason' : null;
}
