// How does the page learn that something changed? A value that can be watched, and a hook that follows a part of it.
import { useEffect, useReducer, useRef } from 'preact/hooks';

export interface Readable<T> {
  get(): T;
  subscribe(watcher: (value: T) => void): () => void;
}

export interface Store<T> extends Readable<T> {
  set(value: T): void;
  /** Changes some fields; watchers are told only when one of them differs. */
  patch(part: Partial<T>): void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial;
  const watchers = new Set<(value: T) => void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    for (const watcher of [...watchers]) watcher(value);
  };
  return {
    get: () => value,
    set,
    patch: part => {
      const keys = Object.keys(part) as (keyof T)[];
      if (keys.some(key => !Object.is(part[key], value[key]))) set({ ...value, ...part });
    },
    subscribe: watcher => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

/** The selected part of a store; the component is drawn again only when that part differs. */
export function useStore<T, P>(store: Readable<T>, select: (value: T) => P): P {
  const [, redraw] = useReducer<number, void>(n => n + 1, 0);
  const selected = select(store.get());
  const latest = useRef({ select, selected });
  latest.current = { select, selected };
  useEffect(() => {
    const check = (value: T): void => {
      if (!Object.is(latest.current.select(value), latest.current.selected)) redraw();
    };
    check(store.get());
    return store.subscribe(check);
  }, [store]);
  return selected;
}
