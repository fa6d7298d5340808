// How does the help-seeker's browser call the service over HTTP? Typed answers, a time limit on each call, the bearer
// in a header, and errors that say whether trying again can help.
import type { Bearer, Cid, Entry, Estimate, Participant } from '../protocol/frames';
import { parseEntry } from '../protocol/parse';
import { fieldsOf, listOf, textOf } from '../protocol/read';
import type { Page } from './stream';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const TIME_LIMIT = 15_000;

/** The service answered, and the answer is no. A network that fails rejects with another error. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly final: boolean,
    readonly retryAfter?: number,
  ) {
    super(code);
  }
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Without a word of the service on it, a refusal is final unless the service itself was in trouble. */
async function refusalOf(response: Response): Promise<Refusal> {
  const body = fieldsOf(await response.json().catch(() => null));
  const passing = response.status >= 500 || response.status === 429 || response.status === 408;
  const final = typeof body.final === 'boolean' ? body.final : !passing;
  const seconds = numberOf(body.retry_after) || Number(response.headers.get('Retry-After')) || undefined;
  return new Refusal(response.status, textOf(body.code) || 'internal', final, seconds);
}

export async function callJson(fetch: Fetch, url: string, init: RequestInit): Promise<unknown> {
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), TIME_LIMIT);
  try {
    const response = await fetch(url, {
      credentials: 'omit',
      cache: 'no-store',
      ...init,
      signal: abort.signal,
    });
    if (!response.ok) throw await refusalOf(response);
    return response.status === 204 ? null : await response.json();
  } finally {
    clearTimeout(limit);
  }
}

export interface Stored {
  cid: string;
  seq: number;
  at: number;
}

export interface QueuePlace {
  position: number;
  waiting: number;
  estimate: Estimate | null;
}

export interface Snapshot {
  id: string;
  status: string;
  topic: string;
  head: number;
  people: Participant[];
  queue: QueuePlace | null;
}

export interface OpenRequest {
  cid: Cid;
  topic: string;
  language: string;
  notice: number | string;
  answers: Record<string, string>;
  ticket?: string;
}

function queueOf(value: unknown): QueuePlace | null {
  const queue = fieldsOf(value);
  if (typeof queue.position !== 'number') return null;
  const estimate = fieldsOf(queue.estimate);
  const known = typeof estimate.low === 'number' && typeof estimate.high === 'number';
  return {
    position: queue.position,
    waiting: numberOf(queue.waiting),
    estimate: known ? { low: numberOf(estimate.low), high: numberOf(estimate.high) } : null,
  };
}

export class SeekerApi {
  constructor(
    private readonly fetch: Fetch,
    private readonly bearer: () => Bearer | null,
    private readonly base = '/api/v1/',
  ) {}

  async open(request: OpenRequest): Promise<{ conversation: string; status: string }> {
    const answer = fieldsOf(await this.post('conversations', request));
    return { conversation: textOf(answer.conversation), status: textOf(answer.status) };
  }

  async conversation(): Promise<Snapshot> {
    const answer = fieldsOf(await this.get('conversation'));
    return {
      id: textOf(answer.id) || textOf(answer.conversation),
      status: textOf(answer.status),
      topic: textOf(answer.topic),
      head: numberOf(answer.head),
      people: listOf(answer.people) as Participant[],
      queue: queueOf(answer.queue ?? answer),
    };
  }

  async events(after: number): Promise<Page> {
    const answer = fieldsOf(await this.get(`conversation/events?after=${after}&limit=200`));
    const events = listOf(answer.events).map(value => parseEntry(value, 'seeker'));
    return { events: events.filter((entry): entry is Entry => entry !== null), head: numberOf(answer.head) };
  }

  async message(cid: Cid, body: string): Promise<Stored> {
    return this.stored(await this.post('conversation/messages', { cid, body }));
  }

  async leave(cid: Cid): Promise<Stored> {
    return this.stored(await this.post('conversation/leave', { cid }));
  }

  private stored(value: unknown): Stored {
    const answer = fieldsOf(value);
    return { cid: textOf(answer.cid), seq: numberOf(answer.seq), at: numberOf(answer.at) };
  }

  private get(path: string): Promise<unknown> {
    return callJson(this.fetch, this.base + path, { headers: this.headers() });
  }

  private post(path: string, body: object): Promise<unknown> {
    const headers = { ...this.headers(), 'Content-Type': 'application/json' };
    return callJson(this.fetch, this.base + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
  }

  private headers(): Record<string, string> {
    const bearer = this.bearer();
    return bearer ? { Authorization: `Bearer ${bearer}` } : {};
  }
}
