// May this person be given another conversation, and if not, why not?

export interface Presence {
  readonly status: 'available' | 'away';
  readonly capacity: number;
  readonly load: number;
}

export type Refusal = 'away' | 'at_capacity' | 'nobody_waiting' | 'offline';

export const CAPACITIES: readonly number[] = [1, 2, 3, 4, 5];

export function freePlaces(presence: Presence): number {
  return Math.max(0, presence.capacity - presence.load);
}

export function whyNotAccept(presence: Presence, waiting: number, online: boolean): Refusal | null {
  if (!online) return 'offline';
  if (presence.status !== 'available') return 'away';
  if (freePlaces(presence) === 0) return 'at_capacity';
  return waiting === 0 ? 'nobody_waiting' : null;
}
