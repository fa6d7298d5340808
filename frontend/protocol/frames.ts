// What may travel over a socket? Every frame of docs/protocol.md as a type, one discriminated union a direction.
// Reading what arrives is parse.ts.

export const PROTOCOL_VERSION = 1;

declare const brand: unique symbol;
/** 128 random bits, base64url: names one command for ever. */
export type Cid = string & { readonly [brand]: 'cid' };
/** 256 random bits, base64url: the help-seeker's only credential. */
export type Bearer = string & { readonly [brand]: 'bearer' };

export type SocketName = 'seeker' | 'console';
export type Role = 'seeker' | 'counsellor' | 'supervisor' | 'system';
export type ConversationStatus = string;

/** Console frames name their conversation, a help-seeker's socket has only one. */
type About<S extends SocketName> = S extends 'console' ? { conversation: string } : unknown;

export interface Participant {
  id: string;
  role: Role;
  name: string;
  organisation: string;
}

export interface AssignmentReason {
  rule: string;
  candidates: number;
  /** How many stood before and were not given to this counsellor; not in older entries. */
  passed_over?: number;
  load: number;
  capacity: number;
}

export interface TransferStep {
  id: string;
  state: string;
  to_kind: string;
  to: string;
}

interface EntryHead {
  seq: number;
  at: number;
  role: Role;
  from: string | null;
}

export type Entry = EntryHead &
  (
    | { kind: 'message'; cid: string; body: string }
    | { kind: 'joined'; participant: Participant }
    | { kind: 'left'; reason: string }
    | { kind: 'closed'; reason: string }
    /** The counsellor thinks and is still there; no text. */
    | { kind: 'moment'; cid: string }
    | { kind: 'note'; cid: string; body: string }
    | { kind: 'assigned'; organisation: string; reason: AssignmentReason }
    | { kind: 'transfer'; transfer: TransferStep; cid?: string; body?: string }
    | { kind: 'wrapped_up'; category: string; established: boolean }
    /** A kind younger than this program: it has a number and must be counted, but not shown. */
    | { kind: 'unknown' }
  );

export interface Limits {
  body: number;
  ping: number;
  typing: number;
}

export interface Estimate {
  low: number;
  high: number;
}

type SharedFrame<S extends SocketName> =
  | ({ type: 'event' } & Entry & About<S>)
  | ({ type: 'limited'; head: number; have: number } & About<S>)
  | ({ type: 'reset'; head: number } & About<S>)
  | ({ type: 'ack'; cid: string; seq: number; at: number } & About<S>)
  | ({ type: 'nack'; cid: string; code: string; final: boolean; retry_after?: number } & About<S>)
  | { type: 'error'; code: string; ref?: string }
  | ({ type: 'typing'; role: Role; on: boolean; ttl: number } & About<S>)
  | ({ type: 'seen'; role: Role; upto: number } & About<S>)
  | { type: 'pong'; n: number; heads: Record<string, number> }
  | ({ type: 'state'; status: ConversationStatus } & About<S>)
  | ({ type: 'revoked'; code: string } & About<S>)
  | { type: 'bye'; after: number };

export interface SeekerWelcome {
  type: 'welcome';
  v: number;
  at: number;
  limits: Limits;
  conversation: { id: string; status: ConversationStatus; topic: string; head: number };
  participant: string;
  people: Participant[];
  seen: number;
}

export interface QueueFrame {
  type: 'queue';
  position: number;
  waiting: number;
  estimate: Estimate | null;
}

export interface Presence {
  status: string;
  capacity: number;
  load: number;
}

export interface ConsoleWelcome {
  type: 'welcome';
  v: number;
  at: number;
  limits: Limits;
  person: { id: string; name: string };
  presence: Presence;
  conversations: { id: string; head: number; access: string }[];
}

export interface BoardTopic {
  id: string;
  waiting: number;
  /** How many of them this person may take: topic, clearance, language. */
  servable: number;
  oldest_at: number | null;
  on_duty: number;
  /** People with a free place who may take somebody here. */
  could_serve: number;
}

export interface BoardWaiting {
  conversation: string;
  topic: string;
  priority: number;
  waiting_since: number;
  language: string;
  servable: boolean;
  /** This person may give it to somebody out of order. */
  pickable: boolean;
}

export interface BoardTransfer {
  id: string;
  state: string;
  to_kind: string;
  to_name: string;
  since: number;
  expires_at: number;
}

/** Offered to me or an organisation of mine; its note is the only text on a board. */
export interface BoardOffer {
  id: string;
  conversation: string;
  topic: string;
  language: string;
  /** Entries of the public stream so far. */
  length: number;
  accepted_at: number | null;
  to_kind: string;
  from: { name: string; organisation: string };
  since: number;
  expires_at: number;
  note: string;
}

export interface BoardConversation {
  conversation: string;
  topic: string;
  status: ConversationStatus;
  language: string;
  head: number;
  accepted_at: number | null;
  last_seeker_at: number | null;
  last_staff_at: number | null;
  /** How far the counsellor has read, in the staff stream. */
  seen: number;
  seeker_left: boolean;
  /** The open offer to hand it over. */
  transfer?: BoardTransfer | null;
  /** Since when the help-seeker waits for an answer, once that is too long. */
  nudge_since: number | null;
}

export interface BoardFrame {
  type: 'board';
  version: number;
  topics: BoardTopic[];
  queue: BoardWaiting[];
  mine: BoardConversation[];
  offers?: BoardOffer[];
  presence: Presence;
}

export type SeekerServerFrame = SharedFrame<'seeker'> | SeekerWelcome | QueueFrame;
export type ConsoleServerFrame = SharedFrame<'console'> | ConsoleWelcome | BoardFrame;

export type SeekerClientFrame =
  | { type: 'hello'; v: number; token: Bearer; have: number }
  | { type: 'send'; cid: Cid; body: string }
  | { type: 'typing'; on: boolean }
  | { type: 'seen'; upto: number }
  | { type: 'ping'; n: number }
  | { type: 'leave'; cid: Cid }
  | { type: 'resync'; have: number };

export type ConsoleClientFrame =
  | { type: 'hello'; v: number; have: Record<string, number> }
  | { type: 'follow'; conversation: string; have: number }
  | { type: 'unfollow'; conversation: string }
  | { type: 'send'; conversation: string; cid: Cid; body: string }
  | { type: 'typing'; conversation: string; on: boolean }
  | { type: 'seen'; conversation: string; upto: number }
  | { type: 'ping'; n: number }
  | { type: 'resync'; conversation: string; have: number };

/** Close codes; what the client does about each is in socket/connection.ts. */
export const CLOSE = {
  restart: 1012,
  noHello: 4400,
  badBearer: 4401,
  rightsGone: 4403,
  tooSlow: 4408,
  ended: 4410,
  tooLarge: 4413,
  versionUnknown: 4426,
  flood: 4429,
} as const;
