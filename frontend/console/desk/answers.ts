// What do the console's HTTP calls answer? Reads unknown values into our types; what is missing becomes empty.
import type { Entry, Participant, Role } from '../../protocol/frames';
import { parseEntry } from '../../protocol/parse';
import { type Category, isCategory } from '../model/categories';
import type { Phrase } from '../model/phrases';
import type { Target, TargetKind } from '../model/transfer';

export type { Phrase };

export interface Answer {
  readonly question: string;
  readonly text: string;
}

export interface PersonInTalk extends Participant {
  readonly present: boolean;
}

export interface Reader {
  readonly name: string;
  readonly organisation: string;
  /** `counsellor`, `supervisor`, `grant` or `transfer`. */
  readonly kind: string;
  readonly purpose: string;
  readonly grant: number | null;
  readonly grantedBy: string;
  readonly until: number | null;
  readonly mayEnd: boolean;
}

export interface RecordedOutcome {
  readonly category: Category;
  readonly established: boolean;
  readonly note: string;
}

export interface Details {
  readonly topic: string;
  readonly status: string;
  readonly language: string;
  readonly requestedAt: number | null;
  readonly answers: readonly Answer[];
  readonly people: readonly PersonInTalk[];
  readonly readers: readonly Reader[];
  readonly wrapUp: RecordedOutcome | null;
}

export interface LiveConversation {
  readonly conversation: string;
  readonly topic: string;
  readonly status: string;
  readonly language: string;
  readonly counsellor: string;
  readonly organisation: string;
  readonly last_seeker_at: number | null;
  readonly last_staff_at: number | null;
  /** Set while the counsellor's browser is gone. */
  readonly counsellor_gone_since: number | null;
  /** Set while the help-seeker waits too long for an answer. */
  readonly silent_since: number | null;
}

export interface Question {
  readonly label: string;
  readonly choices: ReadonlyMap<string, string>;
}

export interface TopicName {
  readonly name: string;
  readonly questions: ReadonlyMap<string, Question>;
}

type Fields = Record<string, unknown>;
const ROLES: readonly Role[] = ['seeker', 'counsellor', 'supervisor', 'system'];

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fields = (value: unknown): Fields => (isFields(value) ? value : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const when = (value: unknown): number | null => {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
};
/** A list stands bare or under its own name. */
const rows = (value: unknown, name: string): Fields[] =>
  (Array.isArray(value) ? value : list(fields(value)[name])).filter(isFields);

function answersOf(value: unknown): Answer[] {
  if (Array.isArray(value)) {
    return value.filter(isFields).map(row => ({
      question: text(row.label) || text(row.question) || text(row.key),
      text: text(row.answer) || text(row.text) || text(row.value),
    }));
  }
  return Object.entries(fields(value)).map(([question, answer]) => ({
    question,
    text: Array.isArray(answer) ? answer.map(text).join('、') : text(answer),
  }));
}

function wrapUpOf(value: unknown): RecordedOutcome | null {
  const row = fields(value);
  if (!isCategory(row.category) || typeof row.established !== 'boolean') return null;
  return { category: row.category, established: row.established, note: text(row.note) };
}

function readPerson(row: Fields): PersonInTalk {
  const role = ROLES.find(known => known === row.role) ?? 'system';
  return {
    id: text(row.id),
    role,
    name: text(row.name),
    organisation: text(row.organisation),
    present: row.present !== false,
  };
}

function readReader(row: Fields): Reader {
  return {
    name: text(row.name),
    organisation: text(row.organisation),
    kind: text(row.kind),
    purpose: text(row.purpose),
    grant: typeof row.grant === 'number' ? row.grant : null,
    grantedBy: text(row.granted_by),
    until: when(row.expires_at),
    mayEnd: row.may_end === true,
  };
}

/** People, then organisations, in the order of the service. */
export function readTargets(value: unknown): Target[] {
  const targetOf = (kind: TargetKind) => (row: Fields) => ({
    kind,
    id: text(row.id),
    name: text(row.name),
    organisation: text(row.organisation),
    free: typeof row.free === 'number' ? row.free : 0,
  });
  const answer = fields(value);
  return [
    ...list(answer.people).filter(isFields).map(targetOf('person')),
    ...list(answer.organisations).filter(isFields).map(targetOf('organisation')),
  ];
}

export function readDetails(value: unknown): Details {
  const row = fields(value);
  return {
    topic: text(row.topic),
    status: text(row.status),
    language: text(row.language),
    requestedAt: when(row.requested_at),
    answers: answersOf(row.answers),
    people: list(row.people).filter(isFields).map(readPerson),
    readers: list(row.readers).filter(isFields).map(readReader),
    wrapUp: wrapUpOf(row.wrap_up),
  };
}

export function readLive(value: unknown): LiveConversation[] {
  return rows(value, 'conversations').map(row => ({
    conversation: text(row.conversation) || text(row.id),
    topic: text(row.topic),
    status: text(row.status),
    language: text(row.language),
    counsellor: text(row.counsellor) || text(fields(row.counsellor).name),
    organisation: text(row.organisation),
    last_seeker_at: when(row.last_seeker_at),
    last_staff_at: when(row.last_staff_at),
    counsellor_gone_since: when(row.counsellor_gone_since),
    silent_since: when(row.silent_since),
  }));
}

export function readPhrases(value: unknown): Phrase[] {
  return rows(value, 'phrases').map(readPhrase);
}

export function readPhrase(row: Fields): Phrase {
  return {
    id: String(row.id ?? ''),
    scope: row.scope === 'own' || row.own === true ? 'own' : 'organisation',
    shortcut: text(row.shortcut),
    text: text(row.text) || text(row.body),
    language: text(row.language) || 'ja',
  };
}

export function readTopics(value: unknown): Map<string, TopicName> {
  const names = new Map<string, TopicName>();
  for (const row of rows(value, 'topics')) {
    const questions = rows(row.questions, 'questions').map(readQuestion);
    names.set(text(row.id) || text(row.slug), { name: text(row.name), questions: new Map(questions) });
  }
  return names;
}

function readQuestion(row: Fields): [string, Question] {
  const choices = rows(row.choices, 'choices').map((choice): [string, string] => [
    text(choice.value),
    text(choice.label),
  ]);
  return [text(row.key) || text(row.id), { label: text(row.label), choices: new Map(choices) }];
}

export function readPage(value: unknown): { events: Entry[]; head: number } {
  const page = fields(value);
  const events = list(page.events).flatMap(raw => parseEntry(raw, 'console') ?? []);
  return { events, head: typeof page.head === 'number' ? page.head : 0 };
}
