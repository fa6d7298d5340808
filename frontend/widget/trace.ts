// What has this tab kept of a conversation, and how is every trace of it ended? Small, because the exit needs it before
// anything else has come.

import { readJson } from '../protocol/read';
import { isBearer } from '../protocol/secrets';
import type { KeyValueStore } from '../socket/surroundings';

export const TRACE = 'tomoshibi:line';

function kept(store: KeyValueStore | null): string | null {
  try {
    return store?.getItem(TRACE) ?? null;
  } catch {
    return null;
  }
}

export const hasTrace = (store: KeyValueStore | null): boolean => kept(store) !== null;

/** The bearer of the conversation in the store. */
export function bearerOf(store: KeyValueStore | null): string | null {
  const value = readJson(kept(store));
  const bearer = typeof value === 'object' && value !== null ? (value as { bearer?: unknown }).bearer : null;
  return isBearer(bearer) ? bearer : null;
}

export function wipeTrace(store: KeyValueStore | null): void {
  try {
    store?.removeItem(TRACE);
  } catch {
    // Blocked since: then nothing of ours can be in it.
  }
}

/** Ends the conversation and revokes the bearer; outlives the page it is called from. */
export function revoke(bearer: string): void {
  fetch('/api/v1/conversation/forget', {
    method: 'POST',
    keepalive: true,
    credentials: 'omit',
    headers: { Authorization: `Bearer ${bearer}` },
  }).catch(() => undefined);
}
