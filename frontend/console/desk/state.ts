// What does the console know at this moment? One immutable picture; views read it, the desk replaces it.
import type {
  BoardConversation,
  BoardOffer,
  BoardTopic,
  BoardWaiting,
  Entry,
  Limits,
} from '../../protocol/frames';
import type { OutboxItem } from '../../socket/outbox';
import type { Details, LiveConversation, Phrase, TopicName } from './answers';

/** `polling`: no socket can be had, and HTTP does its work more slowly. */
export type Line = 'connecting' | 'catching_up' | 'live' | 'polling' | 'offline' | 'stopped';
export type Loaded<T> = { at: 'loading' } | { at: 'failed'; code: string } | { at: 'ready'; value: T };

export interface Talk {
  readonly id: string;
  /** A look is a supervisor's: read only, and it moves no marks. */
  readonly look: boolean;
  readonly entries: readonly Entry[];
  readonly outbox: readonly OutboxItem[];
  /** The server's head as last heard; above the last entry we are behind. */
  readonly head: number;
  readonly seen: number;
  readonly seenBySeeker: number;
  readonly seekerTyping: boolean;
  readonly status: string | null;
  /** Why its text is gone, or `null`: a code of the protocol. */
  readonly revoked: string | null;
  readonly details: Loaded<Details>;
}

export interface Board {
  readonly version: number;
  readonly topics: readonly BoardTopic[];
  readonly queue: readonly BoardWaiting[];
  readonly mine: readonly BoardConversation[];
  readonly offers: readonly BoardOffer[];
}

export interface DutyPresence {
  readonly status: 'available' | 'away';
  readonly capacity: number;
  readonly load: number;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'bad';
}

export interface DeskState {
  readonly line: Line;
  readonly stopCode: number;
  /** When the picture was last known to be whole, by this computer's clock. */
  readonly inStepAt: number | null;
  /** Server clock minus this computer's. */
  readonly offset: number;
  readonly limits: Limits;
  readonly person: { readonly id: string; readonly name: string } | null;
  readonly presence: DutyPresence | null;
  readonly board: Board | null;
  readonly talks: ReadonlyMap<string, Talk>;
  readonly selected: string | null;
  readonly accepting: boolean;
  readonly phrases: Loaded<readonly Phrase[]>;
  readonly supervision: Loaded<readonly LiveConversation[]>;
  readonly topicNames: ReadonlyMap<string, TopicName>;
}

export const FIRST_STATE: DeskState = {
  line: 'connecting',
  stopCode: 0,
  inStepAt: null,
  offset: 0,
  limits: { body: 4000, ping: 20, typing: 8 },
  person: null,
  presence: null,
  board: null,
  talks: new Map(),
  selected: null,
  accepting: false,
  phrases: { at: 'loading' },
  supervision: { at: 'loading' },
  topicNames: new Map(),
};

/** What the board and the supervisor's list say about a conversation, whichever knows it. */
export interface Summary {
  readonly topic: string;
  readonly status: string;
  readonly language: string;
}

export function summaryOf(state: DeskState, id: string): Summary | null {
  const talk = state.talks.get(id);
  const own = state.board?.mine.find(row => row.conversation === id);
  const live =
    state.supervision.at === 'ready'
      ? state.supervision.value.find(row => row.conversation === id)
      : undefined;
  const details = talk?.details.at === 'ready' ? talk.details.value : undefined;
  const source = own ?? live ?? details;
  if (!source) return null;
  return { topic: source.topic, status: talk?.status ?? source.status, language: source.language };
}
