// Does Shift three times leave, and only when it is meant?
import { expect, test } from 'vitest';
import { ShiftCounter } from '../exit';

const key = (name: string, composing = false) => ({
  key: name,
  isComposing: composing,
  keyCode: composing ? 229 : name === 'Shift' ? 16 : 65,
});

function press(counter: ShiftCounter, name: string, now: number, composing = false): boolean {
  counter.down(key(name, composing));
  return counter.up(key(name, composing), now);
}

test('three times within five seconds leaves', () => {
  const counter = new ShiftCounter();
  expect([0, 400, 800].map(now => press(counter, 'Shift', now))).toEqual([false, false, true]);
});

test('typing capitals does not leave', () => {
  const counter = new ShiftCounter();
  for (let now = 0; now < 3_000; now += 500) {
    counter.down(key('Shift'));
    counter.down(key('A'));
    counter.up(key('A'), now);
    expect(counter.up(key('Shift'), now)).toBe(false);
  }
});

test('another key between begins anew', () => {
  const counter = new ShiftCounter();
  press(counter, 'Shift', 0);
  press(counter, 'Shift', 100);
  press(counter, 'a', 200);
  expect(press(counter, 'Shift', 300)).toBe(false);
});

test('a conversion of Japanese text does not leave', () => {
  const counter = new ShiftCounter();
  expect([0, 100, 200, 300].map(now => press(counter, 'Shift', now, true))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('three times over a long while does not leave', () => {
  const counter = new ShiftCounter();
  expect([0, 4_000, 8_000].map(now => press(counter, 'Shift', now))).toEqual([false, false, false]);
});
