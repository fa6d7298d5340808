// One picture of a help-seeker's conversation, for the page to draw; and how far a conversation has come.
import type { Entry, Participant } from '../protocol/frames';
import type { QueuePlace } from './api';
import type { Phase } from './connection';
import type { OutboxItem } from './outbox';
import type { PollingState } from './polling';

export interface LineState {
  phase: Phase;
  polling: PollingState;
  /** A close code that means stop, or 0. */
  stopCode: number;
  /** True once the service has told us anything about this conversation. */
  known: boolean;
  status: string;
  topic: string;
  participant: string;
  people: readonly Participant[];
  entries: readonly Entry[];
  outbox: readonly OutboxItem[];
  /** The highest number of ours that the other side has seen. */
  seenByOther: number;
  otherIsTyping: boolean;
  queue: QueuePlace | null;
  leaving: boolean;
}

export const BEFORE: LineState = {
  phase: 'connecting',
  polling: 'resting',
  stopCode: 0,
  known: false,
  status: '',
  topic: '',
  participant: '',
  people: [],
  entries: [],
  outbox: [],
  seenByOther: 0,
  otherIsTyping: false,
  queue: null,
  leaving: false,
};

export type TalkView = 'waiting' | 'talking' | 'ended' | 'gone';

export function talkView({ status, stopCode }: LineState): TalkView {
  if (status === 'closed' || status === 'abandoned') return 'ended';
  if (stopCode !== 0) return 'gone';
  return status === 'accepted' || status === 'active' || status === 'wrapped_up' ? 'talking' : 'waiting';
}
