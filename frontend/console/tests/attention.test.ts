import { expect, test } from 'vitest';
import { type Glance, titleFor, toneFor } from '../model/attention';

const glance = (over: Partial<Glance>): Glance => ({
  mine: ['a', 'b'],
  offers: [],
  waiting: 0,
  unread: new Map(),
  watched: 'a',
  mayAccept: true,
  ...over,
});

test('opening the console is silent', () => {
  expect(toneFor(null, glance({ waiting: 9 }))).toBeNull();
});

test("a new conversation of one's own is heard above everything else", () => {
  const after = glance({ mine: ['a', 'b', 'c'], waiting: 3, unread: new Map([['b', 1]]) });
  expect(toneFor(glance({}), after)).toBe('conversation');
});

test('what is offered to me is heard once, above the queue', () => {
  expect(toneFor(glance({}), glance({ offers: ['t'], waiting: 1 }))).toBe('offer');
  expect(toneFor(glance({ offers: ['t'] }), glance({ offers: ['t'] }))).toBeNull();
});

test('what one has just accepted oneself and looks at makes no sound', () => {
  expect(toneFor(glance({}), glance({ mine: ['a', 'b', 'c'], watched: 'c' }))).toBeNull();
});

test('somebody newly waiting is heard only by those who could take them', () => {
  expect(toneFor(glance({}), glance({ waiting: 1 }))).toBe('queue');
  expect(toneFor(glance({}), glance({ waiting: 1, mayAccept: false }))).toBeNull();
  expect(toneFor(glance({ waiting: 2 }), glance({ waiting: 1 }))).toBeNull();
});

test('a message sounds in a background conversation, not in the one being read', () => {
  expect(toneFor(glance({}), glance({ unread: new Map([['b', 1]]) }))).toBe('message');
  expect(toneFor(glance({}), glance({ unread: new Map([['a', 1]]) }))).toBeNull();
  expect(toneFor(glance({}), glance({ unread: new Map([['a', 1]]), watched: null }))).toBe('message');
});

test('the title counts conversations and says nothing else', () => {
  expect(
    titleFor(
      'Console',
      new Map([
        ['a', 4],
        ['b', 0],
      ]),
    ),
  ).toBe('(1) Console');
  expect(titleFor('Console', new Map())).toBe('Console');
});
