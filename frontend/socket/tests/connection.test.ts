// Does the connection stay, come back and stop when it should?
import { beforeEach, expect, test } from 'vitest';
import { Connection } from '../connection';
import type { SocketHandlers } from '../surroundings';
import { fakeSurroundings } from './fake-clock';

class FakeSocket {
  readonly sent: { type: string; n?: number }[] = [];
  closed = false;
  constructor(readonly handlers: SocketHandlers) {}
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  says(frame: object): void {
    this.handlers.message(JSON.stringify(frame));
  }
  get types(): string[] {
    return this.sent.map(frame => frame.type);
  }
}

let world: ReturnType<typeof fakeSurroundings>;
let sockets: FakeSocket[];
let phases: string[];
let connection: Connection;

beforeEach(() => {
  world = fakeSurroundings(7);
  sockets = [];
  phases = [];
  connection = new Connection({
    surroundings: world,
    openSocket: handlers => {
      const socket = new FakeSocket(handlers);
      sockets.push(socket);
      return socket;
    },
    hello: () => ({ type: 'hello', v: 1 }),
    frame: () => undefined,
    phase: (phase, code) => phases.push(code ? `${phase} ${code}` : phase),
  });
});

function last(): FakeSocket {
  const socket = sockets[sockets.length - 1];
  if (!socket) throw new Error('no socket was opened');
  return socket;
}

function greet(): FakeSocket {
  last().handlers.opened();
  last().says({ type: 'welcome' });
  return last();
}

async function untilOpened(): Promise<number> {
  const before = world.clock.now();
  const opened = sockets.length;
  while (sockets.length === opened) await world.clock.pass(100);
  return world.clock.now() - before;
}

test('the first frame is hello, and nothing else is sent before the welcome', () => {
  connection.start();
  expect(connection.send({ type: 'send' })).toBe(false);
  last().handlers.opened();
  expect(connection.send({ type: 'send' })).toBe(false);
  expect(last().types).toEqual(['hello']);
  last().says({ type: 'welcome' });
  expect(connection.send({ type: 'send' })).toBe(true);
  expect(phases).toEqual(['connecting', 'live']);
});

test('a ping goes out about every 20 seconds and its pong keeps the line', async () => {
  connection.start();
  const socket = greet();
  for (let n = 1; n <= 3; n += 1) {
    await world.clock.pass(22_000);
    expect(socket.types.filter(type => type === 'ping')).toHaveLength(n);
    socket.says({ type: 'pong', n, heads: {} });
  }
  expect(connection.isLive).toBe(true);
});

test('a ping without an answer for 8 seconds ends the line, and another is opened', async () => {
  connection.start();
  const socket = greet();
  await world.clock.pass(22_000 + 8_000);
  expect(socket.closed).toBe(true);
  await world.clock.pass(1_000);
  expect(phases).toEqual(['connecting', 'live', 'waiting', 'connecting']);
  expect(sockets).toHaveLength(2);
});

test('waking up tests the line at once, and only once', () => {
  connection.start();
  const socket = greet();
  connection.wake();
  connection.wake();
  expect(socket.types).toEqual(['hello', 'ping']);
});

test('waking up while waiting connects at once', () => {
  connection.start();
  last().handlers.closed(1006);
  expect(sockets).toHaveLength(1);
  connection.wake();
  expect(sockets).toHaveLength(2);
});

test('delays grow to at most 20 seconds, never fall below half a second, and differ', async () => {
  connection.start();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 12; attempt += 1) {
    last().handlers.closed(1006);
    waits.push(await untilOpened());
  }
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
  expect(Math.max(...waits)).toBeLessThanOrEqual(20_100);
  expect(Math.max(...waits)).toBeGreaterThan(8_000);
  expect(new Set(waits).size).toBeGreaterThan(6);
});

test('a line that was settled starts again with short delays, one that flaps does not', async () => {
  connection.start();
  const waits: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    greet().handlers.closed(1006);
    waits.push(await untilOpened());
  }
  expect(Math.max(...waits)).toBeGreaterThan(8_000);
  greet();
  await world.clock.pass(12_000);
  last().handlers.closed(1006);
  expect(await untilOpened()).toBeLessThanOrEqual(1_000);
});

test('after bye the time the server chose is kept, also against a wake-up', async () => {
  connection.start();
  const socket = greet();
  socket.says({ type: 'bye', after: 6_000 });
  socket.handlers.closed(1012);
  connection.wake();
  await world.clock.pass(5_900);
  expect(sockets).toHaveLength(1);
  await world.clock.pass(200);
  expect(sockets).toHaveLength(2);
});

test('after bye without a close the line is left all the same', async () => {
  connection.start();
  const socket = greet();
  socket.says({ type: 'bye', after: 3_000 });
  await world.clock.pass(3_100);
  expect(socket.closed).toBe(true);
  expect(sockets).toHaveLength(2);
});

test.each([4400, 4401, 4403, 4410, 4413, 4426])('close code %i means stop', async code => {
  connection.start();
  greet().handlers.closed(code);
  await world.clock.pass(120_000);
  expect(sockets).toHaveLength(1);
  expect(phases[phases.length - 1]).toBe(`stopped ${code}`);
  expect(world.clock.pending).toBe(0);
});

test.each([1006, 1012, 4408])('close code %i means come back', async code => {
  connection.start();
  greet().handlers.closed(code);
  await world.clock.pass(2_000);
  expect(sockets).toHaveLength(2);
});

test('after a flood it waits at least five seconds', async () => {
  connection.start();
  greet().handlers.closed(4429);
  await world.clock.pass(5_400);
  expect(sockets).toHaveLength(1);
  await world.clock.pass(2_000);
  expect(sockets).toHaveLength(2);
});

test('a server that never says welcome is left after ten seconds', async () => {
  connection.start();
  last().handlers.opened();
  await world.clock.pass(10_000);
  expect(last().closed).toBe(true);
  expect(connection.phase).toBe('waiting');
});

test('what an abandoned socket still says or does is ignored', async () => {
  connection.start();
  const first = greet();
  first.handlers.closed(1006);
  await world.clock.pass(1_000);
  greet();
  first.handlers.closed(4401);
  first.says({ type: 'bye', after: 0 });
  await world.clock.pass(1_000);
  expect(connection.isLive).toBe(true);
  expect(sockets).toHaveLength(2);
});

test('stopping leaves no timer behind', () => {
  connection.start();
  greet();
  connection.stop();
  expect(world.clock.pending).toBe(0);
  expect(connection.phase).toBe('stopped');
});
