// What does this tab remember across a reload? The bearer, what is not yet delivered, the draft: in memory, and in
// sessionStorage where that is allowed. Nothing else of the browser is touched, and all of it can be wiped.

import type { Bearer, Cid } from '../protocol/frames';
import { fieldsOf, listOf, textOf } from '../protocol/read';
import { isBearer, isCid } from '../protocol/secrets';
import type { OpenRequest } from '../socket/api';
import type { KeyValueStore } from '../socket/surroundings';
import { TRACE, wipeTrace } from './trace';

export interface Unsent {
  cid: Cid;
  body: string;
  code?: string;
}

export interface Remembered {
  bearer: Bearer;
  /** Set until the service has answered: asking again with it is harmless. */
  request: OpenRequest | null;
  unsent: Unsent[];
  draft: string;
}

function read(text: string | null): Remembered | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const fields = fieldsOf(value);
  if (!isBearer(fields.bearer)) return null;
  const unsent = listOf(fields.unsent)
    .map(fieldsOf)
    .flatMap(({ cid, body, code }): Unsent[] => {
      if (!isCid(cid) || typeof body !== 'string') return [];
      return [typeof code === 'string' ? { cid, body, code } : { cid, body }];
    });
  const request = isCid(fieldsOf(fields.request).cid) ? (fields.request as OpenRequest) : null;
  return { bearer: fields.bearer, request, unsent, draft: textOf(fields.draft) };
}

export class Memory {
  private held: Remembered | null;

  constructor(private readonly store: KeyValueStore | null) {
    this.held = this.stored();
  }

  get current(): Remembered | null {
    return this.held;
  }

  /** Whether a reload of the page keeps the conversation. */
  get survivesReload(): boolean {
    return this.store !== null;
  }

  begin(bearer: Bearer, request: OpenRequest | null): void {
    this.keep({ bearer, request, unsent: [], draft: this.held?.draft ?? '' });
  }

  change(part: Partial<Omit<Remembered, 'bearer'>>): void {
    if (this.held) this.keep({ ...this.held, ...part });
  }

  wipe(): void {
    this.held = null;
    wipeTrace(this.store);
  }

  private keep(value: Remembered): void {
    this.held = value;
    try {
      this.store?.setItem(TRACE, JSON.stringify(value));
    } catch {
      // Full or blocked since: memory still has it.
    }
  }

  private stored(): Remembered | null {
    try {
      return read(this.store?.getItem(TRACE) ?? null);
    } catch {
      return null;
    }
  }
}
