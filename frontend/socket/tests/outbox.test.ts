// Does what was written reach the log once, in order, or say why not?
import { beforeEach, expect, test } from 'vitest';
import type { Cid } from '../../protocol/frames';
import { makeCid } from '../../protocol/secrets';
import { Outbox, type PostOutcome } from '../outbox';
import { fakeSurroundings } from './fake-clock';

let world: ReturnType<typeof fakeSurroundings>;
let socket: boolean;
let sent: Cid[];
let posted: Cid[];
let answer: () => Promise<PostOutcome>;
let outbox: Outbox;

const unreachable = (): Promise<PostOutcome> => Promise.reject(new TypeError('network'));
const states = (): string[] =>
  outbox.items.map(item => (item.code ? `${item.state} ${item.code}` : item.state));

beforeEach(() => {
  world = fakeSurroundings(3);
  socket = true;
  sent = [];
  posted = [];
  answer = unreachable;
  outbox = new Outbox({
    surroundings: world,
    makeCid: () => makeCid(world.randomBytes),
    send: cid => {
      if (socket) sent.push(cid);
      return socket;
    },
    post: cid => {
      posted.push(cid);
      return answer();
    },
    changed: () => undefined,
  });
  outbox.connected(true);
});

function cut(): void {
  socket = false;
  outbox.connected(false);
}

test('one message is in flight, the next follows its acknowledgement', () => {
  const first = outbox.add('one');
  const second = outbox.add('two');
  expect(sent).toEqual([first]);
  outbox.ack(first, 1);
  expect(sent).toEqual([first, second]);
  expect(states()).toEqual(['stored', 'sending']);
});

test('an event with its own cid acknowledges as well, and takes the place of the bubble', () => {
  const first = outbox.add('one');
  const second = outbox.add('two');
  outbox.event(first);
  expect(outbox.items.map(item => item.cid)).toEqual([second]);
  expect(sent).toEqual([first, second]);
});

test('two equal texts are two messages with two cids', () => {
  const first = outbox.add('hello?');
  const second = outbox.add('hello?');
  outbox.event(first);
  expect(outbox.items.map(item => item.cid)).toEqual([second]);
});

test('without an answer the same cid is sent again', async () => {
  const cid = outbox.add('one');
  await world.clock.pass(8_000);
  expect(sent).toEqual([cid, cid]);
});

test('after three seconds without a socket it goes over HTTP, with the same cid', async () => {
  const cid = outbox.add('one');
  cut();
  answer = () => Promise.resolve({ ok: true, seq: 4, at: 1 });
  await world.clock.pass(2_900);
  expect(posted).toEqual([]);
  await world.clock.pass(200);
  expect(posted).toEqual([cid]);
  expect(states()).toEqual(['stored']);
});

test('a socket that is back within three seconds is used instead', async () => {
  cut();
  const cid = outbox.add('one');
  await world.clock.pass(2_000);
  socket = true;
  outbox.connected(true);
  await world.clock.pass(2_000);
  expect(posted).toEqual([]);
  expect(sent).toEqual([cid]);
});

test('a final refusal fails that message alone', () => {
  const first = outbox.add('one');
  const second = outbox.add('two');
  outbox.nack(first, 'conversation_closed', true);
  expect(states()).toEqual(['failed conversation_closed', 'sending']);
  expect(sent).toEqual([first, second]);
});

test('a passing refusal is tried again when the server said', async () => {
  const cid = outbox.add('one');
  outbox.nack(cid, 'rate_limited', false, 4);
  await world.clock.pass(3_900);
  expect(sent).toHaveLength(1);
  await world.clock.pass(200);
  expect(sent).toEqual([cid, cid]);
});

test('after two minutes without any answer all that wait fail together, so that none overtakes', async () => {
  cut();
  outbox.add('one');
  await world.clock.pass(60_000);
  outbox.add('two');
  await world.clock.pass(60_500);
  expect(states()).toEqual(['failed no_answer', 'failed no_answer']);
  expect(world.clock.pending).toBe(0);
});

test('a failed message is tried again with its own cid, or taken back', async () => {
  cut();
  const first = outbox.add('one');
  const second = outbox.add('two');
  await world.clock.pass(121_000);
  socket = true;
  outbox.connected(true);
  outbox.remove(second);
  outbox.retry(first);
  expect(sent).toEqual([first]);
  expect(outbox.items.map(item => item.cid)).toEqual([first]);
});

test('a message on its way cannot be taken back', () => {
  const cid = outbox.add('one');
  outbox.remove(cid);
  expect(outbox.items).toHaveLength(1);
});

test('a late acknowledgement of a message given up on still ends it through its event', async () => {
  cut();
  const cid = outbox.add('one');
  await world.clock.pass(121_000);
  expect(states()).toEqual(['failed no_answer']);
  outbox.event(cid);
  expect(outbox.items).toEqual([]);
});

test('messages of an earlier life keep their cids', () => {
  const cid = makeCid();
  outbox.restore([{ cid, body: 'before the reload' }]);
  expect(sent).toEqual([cid]);
});

test('when the line is gone for good nothing more is sent, and the text stays', async () => {
  cut();
  outbox.add('one');
  outbox.halt();
  await world.clock.pass(300_000);
  expect(posted).toEqual([]);
  expect(outbox.items).toHaveLength(1);
});
