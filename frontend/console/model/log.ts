// How is a conversation's log set out for reading: days, senders, the line above what is new?
import { dayNumber } from '../../i18n/time';

export interface LogEvent {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly role: string;
  readonly from: string | null;
}

export type LogRow<Event extends LogEvent> =
  | { readonly type: 'day'; readonly key: string; readonly at: number }
  | { readonly type: 'new'; readonly key: string }
  | { readonly type: 'entry'; readonly key: string; readonly event: Event; readonly continued: boolean };

const GROUP_WITHIN_MS = 5 * 60_000;

function continues(previous: LogEvent | null, event: LogEvent): boolean {
  if (previous === null || event.kind !== 'message' || previous.kind !== 'message') return false;
  return previous.from === event.from && event.at - previous.at < GROUP_WITHIN_MS;
}

export function rowsOf<Event extends LogEvent>(
  events: readonly Event[],
  newFrom: number | null,
): LogRow<Event>[] {
  const rows: LogRow<Event>[] = [];
  let previous: Event | null = null;
  for (const event of events) {
    const newDay = previous === null || dayNumber(previous.at) !== dayNumber(event.at);
    if (newDay) rows.push({ type: 'day', key: `day-${dayNumber(event.at)}`, at: event.at });
    const newLine = event.seq === newFrom;
    if (newLine) rows.push({ type: 'new', key: 'new' });
    const continued = !newDay && !newLine && continues(previous, event);
    rows.push({ type: 'entry', key: `e-${event.seq}`, event, continued });
    previous = event;
  }
  return rows;
}
