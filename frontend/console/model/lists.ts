// In which order do the conversations stand, and when may that order change?

import { type LastWords, waitingSince } from './waiting';

export interface MineRow extends LastWords {
  readonly conversation: string;
  readonly status: string;
  /** What somebody has to look after now, and since when. */
  readonly nudge_since?: number | null;
  readonly counsellor_gone_since?: number | null;
  readonly silent_since?: number | null;
}

/** Ended conversations still to be closed sink; what somebody has to look after now comes first, then those waiting
 * for an answer, longest wait first. */
export function byNeed<Row extends MineRow>(rows: readonly Row[]): Row[] {
  return rows
    .map((row, place) => ({
      row,
      place,
      ended: isEnded(row.status),
      alarm: isAlarm(row),
      since: waitingSince(row),
    }))
    .sort((a, b) => {
      if (a.ended !== b.ended) return a.ended ? 1 : -1;
      if (a.alarm !== b.alarm) return a.alarm ? -1 : 1;
      if ((a.since === null) !== (b.since === null)) return a.since === null ? 1 : -1;
      return (a.since ?? 0) - (b.since ?? 0) || a.place - b.place;
    })
    .map(({ row }) => row);
}

function isAlarm(row: MineRow): boolean {
  return [row.nudge_since, row.counsellor_gone_since, row.silent_since].some(
    since => typeof since === 'number',
  );
}

export function isEnded(status: string): boolean {
  return status === 'closed' || status === 'abandoned';
}

/** While a pointer or the focus is on the list nothing changes place: the old order stays, newcomers follow. */
export function heldOrder<Row extends { readonly conversation: string }>(
  previous: readonly string[],
  rows: readonly Row[],
): Row[] {
  const place = new Map(previous.map((id, index) => [id, index]));
  const rank = (row: Row) => place.get(row.conversation) ?? previous.length;
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => rank(a.row) - rank(b.row) || a.index - b.index)
    .map(({ row }) => row);
}

/** The neighbour of `selected` in the list, going round at the ends. */
export function neighbour(ids: readonly string[], selected: string | null, step: 1 | -1): string | null {
  if (ids.length === 0) return null;
  const at = selected === null ? -1 : ids.indexOf(selected);
  if (at < 0) return (step === 1 ? ids[0] : ids[ids.length - 1]) ?? null;
  return ids[(at + step + ids.length) % ids.length] ?? null;
}
