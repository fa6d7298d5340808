// Is this thing from the wire a frame we know? Checks an unknown value field by field and returns the typed frame,
// or null: for an unknown type, which must be ignored, as for a malformed one, which cannot be used.
import type { ConsoleServerFrame, Entry, SeekerServerFrame, SocketName } from './frames';

type Check = (value: unknown) => boolean;
type Shape = Record<string, Check>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text: Check = value => typeof value === 'string';
const flag: Check = value => typeof value === 'boolean';
const count: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
const seconds: Check = value => typeof value === 'number' && value >= 0;
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);
const optional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  value =>
    isObject(value) && Object.values(value).every(check);
const shape =
  (fields: Shape): Check =>
  value =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const participant = shape({ id: text, role: text, name: text, organisation: text });
const presence = shape({ status: text, capacity: count, load: count });
const limits = shape({ body: count, ping: count, typing: count });

const transfer = shape({
  id: text,
  state: text,
  to_kind: text,
  to_name: text,
  since: count,
  expires_at: count,
});
const offer = shape({
  id: text,
  conversation: text,
  topic: text,
  language: text,
  length: count,
  accepted_at: orNull(count),
  to_kind: text,
  from: shape({ name: text, organisation: text }),
  since: count,
  expires_at: count,
  note: text,
});

const KINDS: Record<Exclude<Entry['kind'], 'unknown'>, Shape> = {
  message: { cid: text, body: text },
  joined: { participant },
  left: { reason: text },
  closed: { reason: text },
  moment: { cid: text },
  note: { cid: text, body: text },
  assigned: {
    organisation: text,
    reason: shape({
      rule: text,
      candidates: count,
      passed_over: optional(count),
      load: count,
      capacity: count,
    }),
  },
  transfer: {
    transfer: shape({ id: text, state: text, to_kind: text, to: text }),
    cid: optional(text),
    body: optional(text),
  },
  wrapped_up: { category: text, established: flag },
};
const STAFF_KINDS = ['note', 'assigned', 'transfer', 'wrapped_up'];

const ENTRY: Shape = { seq: count, at: count, kind: text, role: text, from: orNull(text) };

const SHARED: Record<string, Shape> = {
  event: ENTRY,
  limited: { head: count, have: count },
  reset: { head: count },
  ack: { cid: text, seq: count, at: count },
  nack: { cid: text, code: text, final: flag, retry_after: optional(seconds) },
  error: { code: text, ref: optional(text) },
  typing: { role: text, on: flag, ttl: seconds },
  seen: { role: text, upto: count },
  pong: { n: count, heads: mapOf(count) },
  state: { status: text },
  revoked: { code: text },
  bye: { after: seconds },
};
const UNADDRESSED = ['error', 'pong', 'bye'];

const SEEKER: Record<string, Shape> = {
  ...SHARED,
  welcome: {
    v: count,
    at: count,
    limits,
    conversation: shape({ id: text, status: text, topic: text, head: count }),
    participant: text,
    people: listOf(participant),
    seen: count,
  },
  queue: {
    position: count,
    waiting: count,
    estimate: orNull(shape({ low: count, high: count })),
  },
};

const CONSOLE: Record<string, Shape> = {
  ...SHARED,
  welcome: {
    v: count,
    at: count,
    limits,
    person: shape({ id: text, name: text }),
    presence,
    conversations: listOf(shape({ id: text, head: count, access: text })),
  },
  board: {
    version: count,
    topics: listOf(
      shape({
        id: text,
        waiting: count,
        servable: count,
        oldest_at: orNull(count),
        on_duty: count,
        could_serve: count,
      }),
    ),
    queue: listOf(
      shape({
        conversation: text,
        topic: text,
        priority: seconds,
        waiting_since: count,
        language: text,
        servable: flag,
        pickable: flag,
      }),
    ),
    mine: listOf(
      shape({
        conversation: text,
        topic: text,
        status: text,
        language: text,
        head: count,
        accepted_at: orNull(count),
        last_seeker_at: orNull(count),
        last_staff_at: orNull(count),
        seen: count,
        seeker_left: flag,
        transfer: optional(orNull(transfer)),
        nudge_since: orNull(count),
      }),
    ),
    offers: optional(listOf(offer)),
    presence,
  },
};

/** One entry of a log, as an event frame or an HTTP page carries it; `null` when it cannot be one. */
export function parseEntry(value: unknown, socket: SocketName): Entry | null {
  if (!isObject(value) || !shape(ENTRY)(value) || value.seq === 0) return null;
  const kind = value.kind as string;
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined;
  if (!known) return { ...value, kind: 'unknown' } as Entry;
  if (socket === 'seeker' && STAFF_KINDS.includes(kind)) return null;
  return shape(known)(value) ? (value as unknown as Entry) : null;
}

export function parseServerFrame(socket: 'seeker', value: unknown): SeekerServerFrame | null;
export function parseServerFrame(socket: 'console', value: unknown): ConsoleServerFrame | null;
export function parseServerFrame(
  socket: SocketName,
  value: unknown,
): SeekerServerFrame | ConsoleServerFrame | null {
  if (!isObject(value) || typeof value.type !== 'string') return null;
  const frames = socket === 'seeker' ? SEEKER : CONSOLE;
  const type = value.type;
  if (!Object.hasOwn(frames, type)) return null;
  const fields = frames[type] as Shape;
  const addressed = socket === 'console' && Object.hasOwn(SHARED, type) && !UNADDRESSED.includes(type);
  if (!shape(fields)(value) || (addressed && !text(value.conversation))) return null;
  const frame = type === 'event' ? parseEntry(value, socket) : value;
  return frame as SeekerServerFrame | ConsoleServerFrame | null;
}
