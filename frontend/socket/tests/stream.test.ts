// Are entries let out in order, each once, and are gaps asked for?
import { beforeEach, expect, test } from 'vitest';
import type { Entry } from '../../protocol/frames';
import { type Page, Stream } from '../stream';
import { fakeSurroundings } from './fake-clock';

const entry = (seq: number): Entry => ({
  seq,
  at: seq,
  kind: 'left',
  role: 'system',
  from: null,
  reason: 'left',
});
const upTo = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from }, (_, index) => entry(from + index + 1));

let world: ReturnType<typeof fakeSurroundings>;
let out: number[];
let asked: number[];
let restarts: number;
let page: (after: number) => Promise<Page>;
let stream: Stream;

beforeEach(() => {
  world = fakeSurroundings(5);
  out = [];
  asked = [];
  restarts = 0;
  page = () => Promise.reject(new TypeError('network'));
  stream = new Stream({
    surroundings: world,
    entries: entries => out.push(...entries.map(item => item.seq)),
    restarted: () => {
      restarts += 1;
    },
    resync: have => {
      asked.push(have);
      return true;
    },
    page: after => page(after),
  });
});

test('a repeat is ignored, a gap is asked for once', () => {
  for (const seq of [1, 1, 2, 5, 4, 6]) stream.event(entry(seq));
  expect(out).toEqual([1, 2]);
  expect(asked).toEqual([2]);
});

test('an unanswered question is asked again', async () => {
  stream.event(entry(3));
  await world.clock.pass(5_000);
  expect(asked).toEqual([0, 0]);
});

test('a head beyond ours is a gap, one behind ours is old news', () => {
  stream.event(entry(1));
  stream.head(1);
  stream.head(0);
  expect(asked).toEqual([]);
  stream.head(2);
  expect(asked).toEqual([1]);
});

test('a long backlog is paged over HTTP, then the socket is followed again', async () => {
  page = after => Promise.resolve({ events: upTo(after, Math.min(after + 200, 450)), head: 450 });
  stream.limited(450);
  stream.event(entry(451));
  await world.clock.pass(0);
  expect(stream.have).toBe(450);
  expect(asked).toEqual([450]);
});

test('paging that fails begins again where it stood', async () => {
  let calls = 0;
  page = after => {
    calls += 1;
    if (calls === 2) return Promise.reject(new TypeError('network'));
    return Promise.resolve({ events: upTo(after, after + 200), head: 400 });
  };
  stream.limited(400);
  await world.clock.pass(30_000);
  expect(out).toEqual(upTo(0, 400).map(item => item.seq));
});

test('a restored backup makes it forget and ask from 0', () => {
  for (const seq of [1, 2, 3]) stream.event(entry(seq));
  stream.reset();
  expect(restarts).toBe(1);
  expect(asked).toEqual([0]);
  stream.event(entry(1));
  expect(out).toEqual([1, 2, 3, 1]);
});

test('polling takes the same entries and never twice', async () => {
  page = after => Promise.resolve({ events: upTo(after, 3), head: 3 });
  stream.event(entry(1));
  await stream.poll();
  await stream.poll();
  expect(out).toEqual([1, 2, 3]);
});

test('a page that answers after a reset is thrown away', async () => {
  let answer: (page: Page) => void = () => undefined;
  page = () =>
    new Promise(resolve => {
      answer = resolve;
    });
  stream.limited(5);
  stream.reset();
  answer({ events: upTo(0, 5), head: 5 });
  await world.clock.pass(0);
  expect(out).toEqual([]);
});
