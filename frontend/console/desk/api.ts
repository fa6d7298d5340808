// How does the console speak HTTP? The session travels as a cookie, every write carries the CSRF token.
import type { PostOutcome } from '../../socket/outbox';

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly final: boolean; readonly retryAfter?: number };

export interface Api {
  get(path: string): Promise<Outcome>;
  post(path: string, body: object): Promise<Outcome>;
  remove(path: string): Promise<Outcome>;
}

export interface ApiOptions {
  /** Ends in a slash: `/api/v1/`. */
  base: string;
  csrf(): string;
  fetch: typeof fetch;
}

const AGAIN = new Set(['rate_limited', 'try_again', 'internal']);
const LIMIT_MS = 15_000;

/** Never rejects: a server that cannot be reached is the code `network`, and may be tried again. */
export function createApi(options: ApiOptions): Api {
  const call = async (method: string, path: string, body?: object): Promise<Outcome> => {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (method !== 'GET') headers['X-CSRFToken'] = options.csrf();
    if (body) headers['Content-Type'] = 'application/json';
    try {
      const response = await options.fetch(options.base + path, {
        method,
        headers,
        credentials: 'same-origin',
        signal: AbortSignal.timeout(LIMIT_MS),
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return await outcomeOf(response);
    } catch {
      return { ok: false, code: 'network', final: false };
    }
  };
  return {
    get: path => call('GET', path),
    post: (path, body) => call('POST', path, body),
    remove: path => call('DELETE', path),
  };
}

async function outcomeOf(response: Response): Promise<Outcome> {
  const value: unknown = await response.json().catch(() => null);
  if (response.ok) return { ok: true, value };
  const refusal = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const code = typeof refusal.code === 'string' ? refusal.code : codeOf(response.status);
  const final =
    typeof refusal.final === 'boolean' ? refusal.final : !AGAIN.has(code) && response.status < 500;
  const wait = Number(refusal.retry_after ?? response.headers.get('Retry-After') ?? Number.NaN);
  return { ok: false, code, final, ...(Number.isFinite(wait) ? { retryAfter: wait } : {}) };
}

function codeOf(status: number): string {
  if (status === 401 || status === 403) return 'not_signed_in';
  return status === 404 ? 'not_found' : 'internal';
}

/** The answer to a message as the outbox wants it; rejects when nobody answered. */
export function postOutcome(outcome: Outcome): PostOutcome {
  if (!outcome.ok) {
    if (outcome.code === 'network') throw new Error('network');
    const { code, final, retryAfter } = outcome;
    return retryAfter === undefined ? { ok: false, code, final } : { ok: false, code, final, retryAfter };
  }
  const { seq, at } = outcome.value as { seq: number; at: number };
  return { ok: true, seq, at };
}
