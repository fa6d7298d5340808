import { beforeEach, describe, expect, test } from 'vitest';
import type { SocketHandlers } from '../../socket/surroundings';
import { type FakeClock, fakeSurroundings, settle } from '../../socket/tests/fake-clock';
import type { Api, Outcome } from '../desk/api';
import { Desk } from '../desk/desk';

const ONE = '0b7f8f0e-5a0c-4c5e-9d53-0d6a3a5e2f10';
const TWO = '9a6f6d52-35f5-4b0e-8a0b-7a53a3a0c8f1';
const AT = 1_767_225_600_000;
const PRESENCE = { status: 'available', capacity: 2, load: 1 };
const LIMITS = { body: 4000, ping: 20, typing: 8 };

type Frame = Record<string, unknown> & { type: string };

let clock: FakeClock;
let desk: Desk;
let sockets: { handlers: SocketHandlers; sent: Frame[]; open: boolean }[];
let calls: { method: string; path: string; body: Record<string, unknown> }[];
let answers: Map<string, Outcome>;
let revoked: string[];
let strangers: number;

const ok = (value: unknown): Outcome => ({ ok: true, value });
const refused = (code: string, final: boolean): Outcome => ({ ok: false, code, final });

function answer(method: string, path: string, body: object = {}): Promise<Outcome> {
  calls.push({ method, path, body: body as Record<string, unknown> });
  return Promise.resolve(answers.get(path.split('?')[0] ?? '') ?? refused('network', false));
}

beforeEach(() => {
  const surroundings = fakeSurroundings();
  clock = surroundings.clock;
  sockets = [];
  calls = [];
  answers = new Map();
  revoked = [];
  strangers = 0;
  const api: Api = {
    get: path => answer('GET', path),
    post: (path, body) => answer('POST', path, body),
    remove: path => answer('DELETE', path),
  };
  desk = new Desk({
    surroundings,
    api,
    openSocket: handlers => {
      const socket = { handlers, sent: [] as Frame[], open: true };
      sockets.push(socket);
      return {
        send: text => socket.sent.push(JSON.parse(text) as Frame),
        close: () => {
          socket.open = false;
        },
      };
    },
    wallClock: () => AT + clock.now(),
    language: 'ja',
    revoked: id => revoked.push(id),
    strangerCame: () => {
      strangers += 1;
    },
  });
});

const socket = () => sockets[sockets.length - 1] as (typeof sockets)[number];
const tell = (frame: object) => socket().handlers.message(JSON.stringify(frame));
const sent = (type: string) => socket().sent.filter(frame => frame.type === type);
const talk = (id = ONE) => desk.store.get().talks.get(id);
const bodies = (id = ONE) => talk(id)?.entries.map(entry => ('body' in entry ? entry.body : entry.kind));

function greet(heads: Record<string, number> = { [ONE]: 0 }, person = 'me'): void {
  if (sockets.length === 0) desk.start();
  socket().handlers.opened();
  tell({
    type: 'welcome',
    v: 1,
    at: AT,
    limits: LIMITS,
    person: { id: person, name: 'あおい' },
    presence: PRESENCE,
    conversations: Object.entries(heads).map(([id, head]) => ({ id, head, access: 'own' })),
  });
}

const row = (conversation: string) => ({
  conversation,
  topic: 'loneliness',
  status: 'active',
  language: 'ja',
  head: 0,
  accepted_at: AT,
  last_seeker_at: AT,
  last_staff_at: null,
  seen: 0,
  seeker_left: false,
  nudge_since: null,
});

const board = (...ids: string[]) =>
  tell({ type: 'board', version: 1, topics: [], queue: [], mine: ids.map(row), presence: PRESENCE });

const say = (seq: number, body: string, over: object = {}) =>
  tell({
    type: 'event',
    conversation: ONE,
    seq,
    at: AT,
    kind: 'message',
    role: 'seeker',
    from: 's',
    cid: `seeker-message-${String(seq).padStart(6, '0')}x`.slice(0, 22),
    body,
    ...over,
  });

describe('what arrives', () => {
  test('events stand in order once, and a gap is asked for', () => {
    greet();
    say(1, 'a');
    say(3, 'c');
    expect(bodies()).toEqual(['a']);
    expect(sent('resync')).toEqual([{ type: 'resync', conversation: ONE, have: 1 }]);
    say(2, 'b');
    say(2, 'b');
    say(3, 'c');
    expect(bodies()).toEqual(['a', 'b', 'c']);
  });

  test('the line is live only once every log has reached its head', () => {
    greet({ [ONE]: 2 });
    expect(desk.store.get().line).toBe('catching_up');
    say(1, 'a');
    expect(desk.store.get().line).toBe('catching_up');
    say(2, 'b');
    expect(desk.store.get().line).toBe('live');
  });

  test('what came by paging counts as caught up too', async () => {
    const event = { seq: 1, at: AT, kind: 'note', role: 'counsellor', from: 'c', cid: 'c', body: 'x' };
    answers.set(`console/conversations/${ONE}/events`, ok({ events: [event], head: 1 }));
    greet({ [ONE]: 1 });
    tell({ type: 'limited', conversation: ONE, head: 1, have: 0 });
    await settle();
    expect(desk.store.get().line).toBe('live');
  });

  test('a cut shows the time of the last whole picture, and the next hello says what is held', async () => {
    greet();
    say(1, 'a');
    await clock.pass(5_000);
    socket().handlers.closed(1006);
    expect(desk.store.get()).toMatchObject({ line: 'offline', inStepAt: AT });
    await clock.pass(20_000);
    socket().handlers.opened();
    expect(sockets.length).toBeGreaterThan(1);
    expect(sent('hello')).toEqual([{ type: 'hello', v: 1, have: { [ONE]: 1 } }]);
  });

  test('a conversation that the board shows and nobody follows yet is followed', () => {
    greet();
    board(ONE, TWO);
    expect(sent('follow')).toEqual([{ type: 'follow', conversation: TWO, have: 0 }]);
  });

  test('what is no longer mine leaves the desk, unless it is before my eyes', () => {
    greet({ [ONE]: 0, [TWO]: 0 });
    board(ONE, TWO);
    desk.select(ONE);
    board();
    expect([...desk.store.get().talks.keys()]).toEqual([ONE]);
    desk.select(null);
    expect(desk.store.get().talks.size).toBe(0);
  });
});

describe('losing the right to read', () => {
  test('blanks the conversation at once and takes its drafts', () => {
    greet();
    say(1, 'secret');
    tell({ type: 'revoked', conversation: ONE, code: 'not_found' });
    expect(talk()).toMatchObject({ entries: [], outbox: [], revoked: 'not_found' });
    expect(revoked).toEqual([ONE]);
    expect(JSON.stringify([...desk.store.get().talks.values()])).not.toContain('secret');
  });

  test('a late event of a revoked conversation is not shown', () => {
    greet();
    say(1, 'a');
    tell({ type: 'revoked', conversation: ONE, code: 'not_found' });
    say(2, 'late');
    expect(talk()?.entries).toEqual([]);
  });

  test('an answer that comes after the conversation was put away does not bring it back', async () => {
    greet();
    desk.select(ONE);
    tell({ type: 'revoked', conversation: ONE, code: 'not_found' });
    desk.forgetRevoked(ONE);
    await settle();
    expect(desk.store.get().talks.size).toBe(0);
  });

  test('an event of a conversation that is not on the desk leaves no text behind', () => {
    greet({});
    say(1, 'secret');
    expect(desk.store.get().talks.size).toBe(0);
  });

  test('the end of all rights blanks everything', () => {
    greet({ [ONE]: 0, [TWO]: 0 });
    say(1, 'secret');
    socket().handlers.closed(4403);
    expect(desk.store.get()).toMatchObject({ line: 'stopped', stopCode: 4403, board: null, presence: null });
    expect([...desk.store.get().talks.values()].every(one => one.entries.length === 0)).toBe(true);
    expect(revoked.sort()).toEqual([ONE, TWO].sort());
  });

  test('a sign-out keeps the drafts, and signing in again brings the log back', () => {
    greet();
    say(1, 'a');
    desk.read(ONE, 1);
    tell({ type: 'revoked', conversation: ONE, code: 'not_signed_in' });
    socket().handlers.closed(4401);
    expect(talk()?.entries).toEqual([]);
    expect(revoked).toEqual([]);
    desk.reconnect();
    greet({ [ONE]: 1 });
    say(1, 'a');
    expect(talk()).toMatchObject({ revoked: null });
    expect(bodies()).toEqual(['a']);
    expect(talk()?.seen).toBe(1);
    expect(strangers).toBe(0);
  });

  test('somebody else who signs in finds nothing of the last person', () => {
    greet();
    say(1, 'secret');
    socket().handlers.closed(4401);
    desk.reconnect();
    greet({}, 'somebody else');
    expect(strangers).toBe(1);
    expect(desk.store.get().talks.size).toBe(0);
    expect(desk.store.get().selected).toBeNull();
  });
});

describe('what the person does', () => {
  test('a message goes to the conversation it was written in and is replaced by its own event', () => {
    greet({ [ONE]: 0, [TWO]: 0 });
    desk.select(TWO);
    desk.say(ONE, 'はい');
    const [frame] = sent('send');
    expect(frame).toMatchObject({ conversation: ONE, body: 'はい' });
    expect(talk()?.outbox).toHaveLength(1);
    say(1, 'はい', { role: 'counsellor', from: 'me', cid: frame?.cid });
    expect(talk()?.outbox).toEqual([]);
    expect(talk(TWO)?.outbox).toEqual([]);
  });

  test('without a socket it goes over HTTP, under the same cid', async () => {
    answers.set(`console/conversations/${ONE}/messages`, ok({ seq: 1, at: AT }));
    greet();
    desk.say(ONE, 'はい');
    const cid = sent('send')[0]?.cid;
    socket().handlers.closed(1006);
    await clock.pass(3_100);
    expect(calls.filter(call => call.path.endsWith('/messages'))).toEqual([
      { method: 'POST', path: `console/conversations/${ONE}/messages`, body: { cid, body: 'はい' } },
    ]);
    expect(talk()?.outbox[0]?.state).toBe('stored');
  });

  test('where no socket can be had the board and the logs come over HTTP, but never a look', async () => {
    greet({ [ONE]: 0 });
    desk.look(TWO);
    socket().handlers.closed(1006);
    const event = { seq: 1, at: AT, kind: 'message', role: 'seeker', from: 's', cid: 'c', body: 'もしもし' };
    answers.set(
      'console/board',
      ok({
        type: 'board',
        version: 0,
        topics: [],
        queue: [],
        mine: [{ ...row(ONE), head: 1 }],
        presence: PRESENCE,
      }),
    );
    answers.set(`console/conversations/${ONE}/events`, ok({ events: [event], head: 1 }));
    await clock.pass(8_000);
    expect(bodies()).toEqual(['もしもし']);
    expect(desk.store.get().line).toBe('polling');
    expect(calls.some(call => call.path.includes(`${TWO}/events`))).toBe(false);
    socket().handlers.opened();
    greet({ [ONE]: 1 });
    expect(desk.store.get().line).toBe('live');
  });

  test('an accept whose answer was lost is asked again under the same cid, a new one under another', async () => {
    greet();
    await desk.acceptNext('', '');
    answers.set('console/accept-next', ok({ conversation: TWO }));
    await desk.acceptNext('', '');
    await desk.acceptNext('', '');
    const cids = calls.filter(call => call.path === 'console/accept-next').map(call => call.body.cid);
    expect(cids[0]).toBe(cids[1]);
    expect(cids[2]).not.toBe(cids[0]);
    expect(desk.store.get().selected).toBe(TWO);
    expect(sent('follow')).toEqual([{ type: 'follow', conversation: TWO, have: 0 }]);
  });

  test('what was offered and taken is followed and shown, under one cid until there is an answer', async () => {
    const path = `console/conversations/${TWO}/transfer/accept`;
    greet();
    await desk.acceptTransfer(TWO);
    expect(desk.store.get().selected).not.toBe(TWO);
    answers.set(path, ok({ conversation: TWO }));
    await desk.acceptTransfer(TWO);
    const cids = calls.filter(call => call.path === path).map(call => call.body.cid);
    expect(cids[0]).toBe(cids[1]);
    expect(desk.store.get().selected).toBe(TWO);
    expect(sent('follow')).toEqual([{ type: 'follow', conversation: TWO, have: 0 }]);
  });

  test('a board of an older service offers nothing', () => {
    greet();
    board(ONE);
    expect(desk.store.get().board?.offers).toEqual([]);
  });

  test('reading is told once a second, furthest first, and an answer means having read', async () => {
    greet();
    say(1, 'a');
    say(2, 'b');
    desk.read(ONE, 1);
    desk.read(ONE, 2);
    await clock.pass(1_000);
    expect(sent('seen')).toEqual([{ type: 'seen', conversation: ONE, upto: 2 }]);
    say(3, 'answer', { role: 'counsellor', from: 'me' });
    expect(talk()?.seen).toBe(3);
  });

  test('a look follows, tells nobody that it reads, and ends with unfollow', async () => {
    greet({});
    desk.look(ONE);
    say(1, 'a');
    desk.read(ONE, 1);
    await clock.pass(2_000);
    expect(talk()).toMatchObject({ look: true, seen: 0 });
    expect(sent('seen')).toEqual([]);
    desk.stopLooking(ONE);
    expect(socket().sent.map(frame => frame.type)).toEqual(['hello', 'follow', 'unfollow']);
    expect(desk.store.get()).toMatchObject({ selected: null });
  });

  test('a conversation looked at and then accepted becomes one to answer in', async () => {
    greet({});
    desk.look(ONE);
    answers.set('console/accept-next', ok({ conversation: ONE }));
    await desk.acceptNext('', '');
    expect(talk()).toMatchObject({ look: false });
    desk.say(ONE, 'こんばんは');
    expect(sent('send')).toHaveLength(1);
  });

  test('a note goes to its own address and nowhere else', async () => {
    answers.set(`console/conversations/${ONE}/notes`, ok({ seq: 1, at: AT }));
    greet();
    await desk.errands.keepNote(ONE, 'q6urq6urq6urq6urq6urqw', 'メモ');
    await settle();
    expect(sent('send')).toEqual([]);
    expect(calls.filter(call => call.body.body === 'メモ').map(call => call.path)).toEqual([
      `console/conversations/${ONE}/notes`,
    ]);
  });

  test('a moment whose answer was lost is asked again under the same cid, a later one under another', async () => {
    const path = `console/conversations/${ONE}/moment`;
    greet();
    await desk.askForAMoment(ONE);
    answers.set(path, { ok: false, code: 'rate_limited', final: false });
    await desk.askForAMoment(ONE);
    answers.set(path, ok({ seq: 1, at: AT }));
    await desk.askForAMoment(ONE);
    await desk.askForAMoment(ONE);
    const cids = calls.filter(call => call.path === path).map(call => call.body.cid);
    expect(cids[0]).toBe(cids[1]);
    expect(new Set(cids).size).toBe(3);
  });

  test('the same wrap-up tried again is the same command', async () => {
    greet();
    const form = { category: 'listened', established: true, note: '' } as const;
    await desk.wrapUp(ONE, form);
    await desk.wrapUp(ONE, form);
    await desk.wrapUp(ONE, { ...form, established: false });
    const cids = calls.filter(call => call.path.endsWith('/wrap-up')).map(call => call.body.cid);
    expect(cids[0]).toBe(cids[1]);
    expect(cids[2]).not.toBe(cids[0]);
  });
});
