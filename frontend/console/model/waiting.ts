// How long has the help-seeker been waiting for an answer, and how urgent does that look?
// All times are milliseconds by the server's clock.

export type WaitLevel = 'none' | 'calm' | 'amber' | 'red';

export const AMBER_AFTER_MS = 60_000;
export const RED_AFTER_MS = 180_000;

export interface LastWords {
  readonly last_seeker_at: number | null;
  readonly last_staff_at: number | null;
  /** Whoever has left waits for nothing any more. */
  readonly seeker_left?: boolean;
}

/** Who spoke last; `null` while nobody has. */
export function lastSpeaker(row: LastWords): 'seeker' | 'staff' | null {
  const { last_seeker_at: seeker, last_staff_at: staff } = row;
  if (seeker === null) return staff === null ? null : 'staff';
  return staff !== null && staff >= seeker ? 'staff' : 'seeker';
}

/** The time of the help-seeker's last unanswered message, or `null` if nothing is unanswered. */
export function waitingSince(row: LastWords): number | null {
  return !row.seeker_left && lastSpeaker(row) === 'seeker' ? row.last_seeker_at : null;
}

export function waitLevel(since: number | null, now: number): WaitLevel {
  if (since === null) return 'none';
  const waited = now - since;
  if (waited >= RED_AFTER_MS) return 'red';
  return waited >= AMBER_AFTER_MS ? 'amber' : 'calm';
}

/** `0:07`, `12:30`, `1:02:03`: minutes keep no leading zero, so columns align with tabular figures. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const seconds = whole % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
