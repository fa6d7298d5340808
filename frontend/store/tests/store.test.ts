// Are watchers told of changes, and only of changes?
import { expect, test } from 'vitest';
import { createStore } from '../store';

test('a patch that changes nothing tells nobody', () => {
  const store = createStore({ a: 1, b: 2 });
  const told: number[] = [];
  const stop = store.subscribe(value => told.push(value.a));
  store.patch({ a: 1 });
  store.patch({ a: 2 });
  stop();
  store.patch({ a: 3 });
  expect(told).toEqual([2]);
  expect(store.get()).toEqual({ a: 3, b: 2 });
});
