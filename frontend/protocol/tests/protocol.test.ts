// Does the browser read and write exactly what tests/contract/frames.json says? pytest asks the server the same.
import { describe, expect, test } from 'vitest';
import golden from '../../../tests/contract/frames.json';
import type { SocketName } from '../frames';
import { parseServerFrame } from '../parse';
import { readJson } from '../read';
import { isBearer, isCid, makeBearer, makeCid } from '../secrets';
import { bodyProblem, codePoints, normaliseBody, withoutControls } from '../text';

interface Example {
  name: string;
  frame?: Record<string, unknown>;
  raw?: string;
  ok: boolean;
  code?: string;
}

const parse = parseServerFrame as (socket: SocketName, value: unknown) => unknown;

for (const socket of ['seeker', 'console'] as const) {
  describe(`what the server says to the ${socket}`, () => {
    for (const example of golden.server[socket] as Example[]) {
      test(example.name, () => {
        const parsed = parse(socket, example.frame) as Record<string, unknown> | null;
        if (!example.ok) return expect(parsed).toBeNull();
        expect(parsed).toMatchObject({ type: example.frame?.type });
        if (!example.name.includes('future')) expect(parsed).toEqual(example.frame);
        else expect(parsed).toMatchObject({ kind: 'unknown', seq: 3 });
      });
    }
  });

  describe(`the text rules of the ${socket} agree with the server's`, () => {
    const sends = (golden.client[socket] as Example[])
      .map(example => ({ ...example, frame: example.frame ?? readJson(example.raw) }))
      .filter(example => {
        const frame = example.frame as { type?: string; cid?: unknown; body?: unknown } | undefined;
        return frame?.type === 'send' && typeof frame.body === 'string' && isCid(frame.cid);
      });
    test('there are such examples', () => expect(sends.length).toBeGreaterThan(8));
    for (const example of sends) {
      const body = (example.frame as { body: string }).body;
      // Unnamed conversations and broken surrogates are refused before the text is looked at.
      if (example.code === 'bad_frame' || example.code === 'bad_json') continue;
      test(example.name, () => expect(bodyProblem(normaliseBody(body))).toBe(example.code ?? null));
    }
  });
}

test('inherited names are no frame types', () => {
  expect(parse('seeker', { type: 'constructor' })).toBeNull();
  expect(parse('seeker', { type: '__proto__' })).toBeNull();
  expect(parse('seeker', { type: 'event', seq: 1, at: 1, kind: 'toString', role: 'x', from: null })).toEqual({
    type: 'event',
    seq: 1,
    at: 1,
    kind: 'unknown',
    role: 'x',
    from: null,
  });
});

test('what is not JSON is nothing', () => {
  expect(readJson('{')).toBeUndefined();
  expect(readJson(new ArrayBuffer(2))).toBeUndefined();
  expect(readJson('{"a":1}')).toEqual({ a: 1 });
});

test('client ids and bearers have their lengths and are not repeated', () => {
  const cids = new Set(Array.from({ length: 200 }, () => makeCid()));
  expect(cids.size).toBe(200);
  for (const cid of cids) expect(isCid(cid)).toBe(true);
  expect(isBearer(makeBearer())).toBe(true);
  expect(makeCid(() => new Uint8Array(16).fill(0xab))).toBe('q6urq6urq6urq6urq6urqw');
});

test('length is counted in code points, as the server does', () => {
  expect(codePoints('🌙あ')).toBe(2);
  expect(codePoints('👩‍👧')).toBe(3);
});

test('invisible characters from the clipboard can be taken out', () => {
  expect(withoutControls('a\u0000b\u009fc\n\td')).toBe('abc\n\td');
});
