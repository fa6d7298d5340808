// Does a visit survive reloads, refusals and a bad line, and leave nothing behind?
import { beforeEach, expect, test, vi } from 'vitest';
import type { OpenRequest, SeekerApi } from '../../socket/api';
import { Refusal } from '../../socket/api';
import type { KeyValueStore } from '../../socket/surroundings';
import { fakeSurroundings, settle } from '../../socket/tests/fake-clock';
import { createStore } from '../../store/store';
import type { Front } from '../front';
import { Memory } from '../memory';
import { parseMenu } from '../menu';
import { bearerOf, hasTrace } from '../trace';
import { Visit } from '../visit';

class FakeStore implements KeyValueStore {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

const QUESTIONS = [{ key: 'mood', label: '?', kind: 'text', choices: [] }];
const MENU = parseMenu({
  topics: [
    { id: 'loneliness', open: true },
    { id: 'women', open: true, questions: QUESTIONS },
  ],
  notice: { version: 3, title: 't', lines: ['a'] },
});

let world: ReturnType<typeof fakeSurroundings>;
let store: FakeStore;
let asked: OpenRequest[];
let answer: () => Promise<{ conversation: string; status: string }>;
let closed: (string | null)[];

beforeEach(() => {
  world = fakeSurroundings(11);
  store = new FakeStore();
  asked = [];
  answer = () => Promise.resolve({ conversation: 'c', status: 'waiting' });
  closed = [];
});

function visit(topic: string | null, kept: KeyValueStore | null = store): Visit {
  const front = {
    state: createStore({ menu: MENU, topic, language: 'ja' }),
    chosen: MENU?.topics.find(({ id }) => id === topic),
    close: (problem: string | null) => closed.push(problem),
    loadMenu: () => Promise.resolve(),
  } as unknown as Front;
  const api = {
    open: (request: OpenRequest) => {
      asked.push(request);
      return answer();
    },
    conversation: () => Promise.reject(new TypeError('network')),
    message: () => Promise.reject(new TypeError('network')),
  } as unknown as SeekerApi;
  return new Visit({
    surroundings: world,
    openSocket: () => ({ send: () => undefined, close: () => undefined }),
    api,
    memory: new Memory(kept),
    ticket: 'signed',
    front,
  });
}

test('notice, then questions that may stay empty, then the asking', async () => {
  const mine = visit('women');
  mine.begin();
  expect(mine.state.get().stage).toBe('notice');
  mine.accept();
  expect(mine.state.get().stage).toBe('questions');
  mine.answer('mood', '  ');
  mine.open();
  await settle();
  expect(asked).toMatchObject([{ topic: 'women', notice: 3, answers: {}, ticket: 'signed', language: 'ja' }]);
  expect(mine.state.get().stage).toBe('talk');
});

test('a topic without questions goes straight on', async () => {
  const mine = visit('loneliness');
  mine.begin();
  mine.accept();
  await settle();
  expect(mine.state.get().stage).toBe('talk');
});

test('a line that fails is asked again with the same cid and bearer, also after a reload', async () => {
  answer = () => Promise.reject(new TypeError('network'));
  const mine = visit('loneliness');
  mine.accept();
  await settle();
  expect(mine.state.get()).toMatchObject({ stage: 'opening', problem: 'openFailed' });
  await world.clock.pass(5_000);
  const bearer = bearerOf(store);
  mine.stop();
  answer = () => Promise.resolve({ conversation: 'c', status: 'waiting' });
  const later = visit(null);
  later.resume();
  await settle();
  expect(later.state.get().stage).toBe('talk');
  expect(new Set(asked.map(request => request.cid)).size).toBe(1);
  expect(asked.length).toBeGreaterThan(2);
  expect(bearerOf(store)).toBe(bearer);
});

test('a reload in the middle keeps draft and unsent messages with their cids', async () => {
  const mine = visit('loneliness');
  mine.accept();
  await settle();
  mine.say('on its way');
  mine.draft('half');
  const cid = mine.state.get().line?.outbox.items[0]?.cid;
  const later = visit(null);
  later.resume();
  await settle();
  expect(later.state.get().draft).toBe('half');
  expect(later.state.get().line?.outbox.items).toMatchObject([{ cid, body: 'on its way', state: 'sending' }]);
});

test('an outdated notice is shown again, and nothing is remembered', async () => {
  answer = () => Promise.reject(new Refusal(409, 'notice_outdated', true));
  const mine = visit('loneliness');
  mine.accept();
  await settle();
  expect(mine.state.get()).toMatchObject({ stage: 'notice', problem: 'noticeChanged' });
  expect(hasTrace(store)).toBe(false);
});

test('a topic that has just closed leads back to the menu', async () => {
  answer = () => Promise.reject(new Refusal(409, 'topic_closed', true));
  visit('loneliness').accept();
  await settle();
  expect(closed).toEqual(['topicClosed']);
  expect(hasTrace(store)).toBe(false);
});

test('going back while asking asks no more', async () => {
  answer = () => Promise.reject(new TypeError('network'));
  const mine = visit('loneliness');
  mine.accept();
  await settle();
  mine.back();
  await world.clock.pass(60_000);
  expect(asked).toHaveLength(1);
  expect(hasTrace(store)).toBe(false);
});

test('the end wipes the tab', async () => {
  const mine = visit('loneliness');
  mine.accept();
  await settle();
  expect(hasTrace(store)).toBe(true);
  mine.end();
  expect(store.items.size).toBe(0);
  expect(world.clock.pending).toBe(0);
});

test('a hand-over gives the bearer away and keeps nothing', async () => {
  const mine = visit('loneliness');
  mine.accept();
  await settle();
  const bearer = bearerOf(store);
  expect(mine.handOver()).toBe(bearer);
  expect(mine.state.get().stage).toBe('moved');
  expect(store.items.size).toBe(0);
});

test('with storage blocked everything works, from memory', async () => {
  const blocked: KeyValueStore = {
    getItem: vi.fn(() => {
      throw new DOMException('blocked', 'SecurityError');
    }),
    setItem: vi.fn(() => {
      throw new DOMException('blocked', 'SecurityError');
    }),
    removeItem: vi.fn(() => {
      throw new DOMException('blocked', 'SecurityError');
    }),
  };
  for (const kept of [blocked, null]) {
    const mine = visit('loneliness', kept);
    mine.accept();
    await settle();
    expect(mine.state.get().stage).toBe('talk');
    expect(mine.bearer).toHaveLength(43);
    mine.end();
    expect(mine.bearer).toBeNull();
  }
});

test('a trace that somebody else wrote is not believed', () => {
  store.setItem('tomoshibi:line', '{"bearer":"short","unsent":[{"cid":1}]}');
  expect(new Memory(store).current).toBeNull();
  store.setItem('tomoshibi:line', '{');
  expect(new Memory(store).current).toBeNull();
  expect(bearerOf(store)).toBeNull();
});
