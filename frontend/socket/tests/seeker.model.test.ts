// Whatever the network does (drops, doubles, reorders, cuts, refuses HTTP), does the page's log become the server's,
// with each message once and in the order it was written? Random lives, each reproducible from its seed.
import { expect, test } from 'vitest';
import type { Cid, Entry } from '../../protocol/frames';
import { Refusal, type SeekerApi, type Snapshot } from '../api';
import { SeekerLine } from '../seeker';
import type { OpenSocket, SocketHandlers } from '../surroundings';
import { fakeSurroundings, seeded } from './fake-clock';

const BACKLOG = 20;
const AT = 1_767_225_600_000;

/** The server as docs/protocol.md promises it, behind a line that keeps no promise. */
class Server {
  readonly log: Entry[] = [];
  private readonly acks = new Map<string, number>();
  private readonly sockets = new Set<ServerSocket>();
  httpWorks = true;
  fair = false;

  constructor(
    private readonly world: ReturnType<typeof fakeSurroundings>,
    private readonly random: () => number,
  ) {}

  openSocket = (handlers: SocketHandlers): OpenSocket => {
    const socket = new ServerSocket(this, handlers, this.world, this.random);
    this.sockets.add(socket);
    return { send: text => socket.fromClient(text), close: () => this.sockets.delete(socket) };
  };

  api(): SeekerApi {
    const guarded = async <T>(answer: () => T): Promise<T> => {
      if (!this.httpWorks) throw new TypeError('network');
      const result = answer();
      // The answer may be lost after the work was done.
      if (!this.fair && this.random() < 0.3) throw new TypeError('network');
      if (!this.fair && this.random() < 0.1) throw new Refusal(503, 'try_again', false);
      return result;
    };
    return {
      events: (after: number) =>
        guarded(() => ({ events: this.log.slice(after, after + BACKLOG), head: this.log.length })),
      message: (cid: Cid, body: string) => guarded(() => ({ cid, seq: this.store(cid, body), at: AT })),
      conversation: () => guarded((): Snapshot => this.snapshot()),
    } as unknown as SeekerApi;
  }

  store(cid: string, body: string): number {
    const known = this.acks.get(cid);
    if (known !== undefined) return known;
    const seq = this.append({ kind: 'message', role: 'seeker', cid, body });
    this.acks.set(cid, seq);
    return seq;
  }

  counsellorSays(text: string): void {
    this.append({ kind: 'message', role: 'counsellor', cid: `staff-${this.log.length}`, body: text });
  }

  cutAll(): void {
    for (const socket of [...this.sockets]) socket.cut();
  }

  gone(socket: ServerSocket): void {
    this.sockets.delete(socket);
  }

  private append(fields: {
    kind: 'message';
    role: 'seeker' | 'counsellor';
    cid: string;
    body: string;
  }): number {
    const seq = this.log.length + 1;
    this.log.push({ seq, at: AT + seq, from: fields.role, ...fields });
    for (const socket of this.sockets) socket.hint();
    return seq;
  }

  private snapshot(): Snapshot {
    return { id: 'c', status: 'active', topic: 't', head: this.log.length, people: [], queue: null };
  }
}

class ServerSocket {
  private open = true;
  private greeted = false;

  constructor(
    private readonly server: Server,
    private readonly handlers: SocketHandlers,
    private readonly world: ReturnType<typeof fakeSurroundings>,
    private readonly random: () => number,
  ) {
    this.after(() => (this.random() < 0.2 && !server.fair ? this.cut() : this.handlers.opened()));
  }

  cut(): void {
    if (!this.open) return;
    this.open = false;
    this.server.gone(this);
    this.after(() => this.handlers.closed(1006), true);
  }

  /** Something new: usually sent as one event, sometimes forgotten, sometimes an old one again. */
  hint(): void {
    if (!this.greeted) return;
    const last = this.server.log[this.server.log.length - 1];
    const luck = this.server.fair ? 1 : this.random();
    if (luck > 0.3 && last) this.say({ type: 'event', ...last });
    const old = this.server.log[Math.floor(this.random() * this.server.log.length)];
    if (luck > 0.3 && luck < 0.5 && old) this.say({ type: 'event', ...old });
  }

  fromClient(text: string): void {
    if (!this.server.fair && this.random() < 0.15) return;
    this.after(() => this.handle(JSON.parse(text)));
  }

  private handle(frame: { type: string; have?: number; cid?: string; body?: string; n?: number }): void {
    if (!this.open) return;
    if (frame.type === 'hello') {
      this.greeted = true;
      this.say({
        type: 'welcome',
        v: 1,
        at: AT,
        limits: { body: 4000, ping: 20, typing: 8 },
        conversation: { id: 'c', status: 'active', topic: 't', head: this.server.log.length },
        participant: 'p',
        people: [],
        seen: 0,
      });
    }
    if (frame.type === 'hello' || frame.type === 'resync') this.backlog(frame.have ?? 0);
    if (frame.type === 'ping') this.say({ type: 'pong', n: frame.n, heads: { c: this.server.log.length } });
    if (frame.type === 'send' && frame.cid && frame.body) {
      if (!this.server.fair && this.random() < 0.1) {
        this.say({ type: 'nack', cid: frame.cid, code: 'try_again', final: false });
        return;
      }
      const seq = this.server.store(frame.cid, frame.body);
      this.say({ type: 'ack', cid: frame.cid, seq, at: AT });
    }
  }

  private backlog(have: number): void {
    const missing = this.server.log.slice(have);
    if (missing.length > BACKLOG) this.say({ type: 'limited', head: this.server.log.length, have });
    else for (const entry of missing) this.say({ type: 'event', ...entry });
  }

  private say(frame: object): void {
    if (!this.server.fair && this.random() < 0.1) return;
    const text = JSON.stringify(frame);
    this.after(() => {
      if (this.open) this.handlers.message(text);
    });
  }

  /** Different delays: what is sent first may come second. */
  private after(action: () => void, always = false): void {
    const delay = this.server.fair ? 20 : this.random() * 400;
    this.world.clock.setTimeout(() => {
      if (always || this.open) action();
    }, delay);
  }
}

async function live(seed: number): Promise<{ server: Server; line: SeekerLine; written: string[] }> {
  const world = fakeSurroundings(seed);
  const random = seeded(seed * 31 + 7);
  const server = new Server(world, random);
  const line = new SeekerLine({
    surroundings: world,
    openSocket: server.openSocket,
    api: server.api(),
    token: () => 'token',
  });
  const written: string[] = [];
  line.start();
  for (let step = 0; step < 60; step += 1) {
    const luck = random();
    if (luck < 0.35) written.push(line.say(`${step}`));
    else if (luck < 0.6) server.counsellorSays(`${step}`);
    else if (luck < 0.7) server.cutAll();
    else if (luck < 0.75) line.wake();
    else if (luck < 0.8) server.httpWorks = !server.httpWorks;
    else if (luck < 0.83) for (let n = 0; n < 30; n += 1) server.counsellorSays(`${step}.${n}`);
    await world.clock.pass(random() * 2_500);
  }
  server.fair = true;
  server.httpWorks = true;
  await world.clock.pass(60_000);
  for (const item of line.outbox.items) if (item.state === 'failed') line.outbox.retry(item.cid);
  await world.clock.pass(60_000);
  return { server, line, written };
}

test.each(Array.from({ length: 60 }, (_, index) => index + 1))('life %i', async seed => {
  const { server, line, written } = await live(seed);
  const { entries, outbox } = line.state.get();
  expect(entries.map(withoutType)).toEqual(server.log);
  expect(outbox).toEqual([]);
  const mine = server.log.flatMap(entry =>
    entry.kind === 'message' && entry.role === 'seeker' ? [entry.cid] : [],
  );
  expect(new Set(mine).size).toBe(mine.length);
  expect(mine).toEqual(written);
});

/** Entries that came as frames carry their type, those of an HTTP page do not. */
function withoutType(entry: Entry & { type?: string }): unknown {
  const { type: _, ...rest } = entry;
  return rest;
}
