// Whose port does the framed page take? Only that of the window around it, and only from a listed origin.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Host } from '../host';

const PARENT = { name: 'parent' };
let deliver: (event: object) => void;
let shown: number;
let host: Host;

class FakePort {
  readonly sent: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
}

beforeEach(() => {
  shown = 0;
  vi.stubGlobal('window', {
    parent: PARENT,
    addEventListener: (_: string, listener: (event: object) => void) => {
      deliver = listener;
    },
  });
  host = new Host(['https://npo.example'], () => {
    shown += 1;
  });
  host.listen();
});
afterEach(() => vi.unstubAllGlobals());

const from = (port: FakePort, more: object = {}) => ({
  source: PARENT,
  origin: 'https://npo.example',
  ports: [port],
  ...more,
});

test('a stranger gets no answer', () => {
  const port = new FakePort();
  deliver(from(port, { origin: 'https://evil.example' }));
  deliver(from(port, { origin: 'https://npo.example.evil.example' }));
  deliver(from(port, { source: { name: 'another window' } }));
  deliver({ source: PARENT, origin: 'https://npo.example', ports: [] });
  expect(port.sent).toEqual([]);
  expect(host.exit('https://away.example')).toBe(false);
});

test('the page around us is told that we are ready, and asked to leave', () => {
  const port = new FakePort();
  deliver(from(port));
  expect(host.exit('https://away.example')).toBe(true);
  expect(port.sent).toEqual([{ type: 'ready' }, { type: 'exit', url: 'https://away.example' }]);
});

test('a second port does not take the place of the first', () => {
  const first = new FakePort();
  const second = new FakePort();
  deliver(from(first));
  deliver(from(second));
  host.tell({ type: 'close' });
  expect(second.sent).toEqual([]);
  expect(first.sent).toContainEqual({ type: 'close' });
});

test('being shown takes the focus in, other messages do nothing', () => {
  const port = new FakePort();
  deliver(from(port));
  port.onmessage?.({ data: { type: 'shown' } });
  port.onmessage?.({ data: 'shown' });
  port.onmessage?.({ data: null });
  expect(shown).toBe(1);
});
