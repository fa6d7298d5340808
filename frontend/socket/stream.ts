// Which entries of the log do we hold, and what is missing? Takes events in whatever order they come and lets out
// 1, 2, 3 ... each once; asks for what is missing until it has it.
import type { Entry } from '../protocol/frames';
import { Alarm, fullJitter, type Surroundings } from './surroundings';

export interface Page {
  events: Entry[];
  head: number;
}

export interface StreamOptions {
  surroundings: Pick<Surroundings, 'clock' | 'chance'>;
  /** New entries, in order, never twice. */
  entries(entries: Entry[]): void;
  /** The log is not what we thought (a restored backup): forget all that was let out. */
  restarted(): void;
  /** Ask over the socket; false when there is none. */
  resync(have: number): boolean;
  /** Ask over HTTP for what follows `after`. */
  page(after: number): Promise<Page>;
}

const ANSWER_LIMIT = 5_000;

export class Stream {
  private last = 0;
  private paging = false;
  private generation = 0;
  private readonly asked: Alarm;
  private readonly retry: Alarm;

  constructor(private readonly options: StreamOptions) {
    this.asked = new Alarm(options.surroundings.clock);
    this.retry = new Alarm(options.surroundings.clock);
  }

  /** The number of the last entry held; the next must be one more. */
  get have(): number {
    return this.last;
  }

  event(entry: Entry): void {
    if (entry.seq <= this.last) return;
    if (entry.seq > this.last + 1) return this.ask();
    this.take([entry]);
  }

  /** The server's head in a pong or a snapshot: being behind it is a gap that no event showed. */
  head(head: number): void {
    if (head > this.last) this.ask();
  }

  /** Too much is missing for the socket: page up to `head`, then follow again. */
  limited(head: number): void {
    this.asked.stop();
    void this.pageUpTo(head, 0);
  }

  /** We hold more than the log. */
  reset(): void {
    this.forget();
    this.options.restarted();
    this.ask();
  }

  /** One poll of the HTTP mode. Rejects when the server cannot be reached. */
  async poll(): Promise<void> {
    const { generation } = this;
    let page: Page;
    do {
      page = await this.options.page(this.last);
      if (generation !== this.generation) return;
      if (page.head < this.last) {
        this.forget();
        this.options.restarted();
        return;
      }
      this.takePage(page);
    } while (page.events.length > 0 && this.last < page.head);
  }

  /** A new socket says hello with `have`: whatever was asked on the old one is void. */
  reconnected(): void {
    this.asked.stop();
  }

  stop(): void {
    this.generation += 1;
    this.paging = false;
    this.asked.stop();
    this.retry.stop();
  }

  private forget(): void {
    this.stop();
    this.last = 0;
  }

  private take(entries: Entry[]): void {
    const end = entries[entries.length - 1];
    if (!end) return;
    this.last = end.seq;
    this.asked.stop();
    this.options.entries(entries);
  }

  private takePage(page: Page): void {
    const fresh: Entry[] = [];
    for (const entry of page.events) if (entry.seq === this.last + fresh.length + 1) fresh.push(entry);
    this.take(fresh);
  }

  private ask(): void {
    if (this.asked.isSet || this.paging) return;
    if (this.options.resync(this.last)) this.asked.set(ANSWER_LIMIT, () => this.ask());
  }

  private async pageUpTo(head: number, attempt: number): Promise<void> {
    if (this.paging) return;
    this.paging = true;
    const { generation } = this;
    let page: Page | null = null;
    try {
      while (this.last < head) {
        page = await this.options.page(this.last);
        if (generation !== this.generation) return;
        const before = this.last;
        this.takePage(page);
        if (this.last === before) break;
      }
    } catch {
      if (generation !== this.generation) return;
    }
    this.paging = false;
    if (this.last >= head) this.ask();
    else {
      const wait = fullJitter(attempt, this.options.surroundings.chance);
      this.retry.set(wait, () => void this.pageUpTo(head, attempt + 1));
    }
  }
}
