// The real world for the state machines: window timers, Math.random, WebSocket, and the moments a page wakes up.
import { browserRandom } from '../protocol/secrets';
import type { KeyValueStore, SocketFactory, Surroundings } from './surroundings';

export const browserSurroundings: Surroundings = {
  clock: {
    now: () => performance.now(),
    setTimeout: (action, ms) => setTimeout(action, ms),
    clearTimeout: timer => clearTimeout(timer as ReturnType<typeof setTimeout>),
  },
  chance: () => Math.random(),
  randomBytes: browserRandom,
};

/** A socket on this page's own host; the address carries no secret. */
export function browserSocket(path: string, at: Location = location): SocketFactory {
  const url = `${at.protocol === 'https:' ? 'wss:' : 'ws:'}//${at.host}${path}`;
  return handlers => {
    const socket = new WebSocket(url);
    socket.onopen = () => handlers.opened();
    socket.onmessage = event => handlers.message(event.data);
    socket.onclose = event => handlers.closed(event.code);
    return { send: text => socket.send(text), close: () => socket.close() };
  };
}

/** sessionStorage, or `null` where merely touching it throws (private windows, foreign frames). */
export function tabStorage(): KeyValueStore | null {
  try {
    const probe = 'tomoshibi:probe';
    sessionStorage.setItem(probe, '1');
    sessionStorage.removeItem(probe);
    return sessionStorage;
  } catch {
    return null;
  }
}

/** Calls back when the page may have slept or changed its network. Returns what undoes it. */
export function onWake(wake: () => void): () => void {
  const visible = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  window.addEventListener('online', wake);
  window.addEventListener('offline', wake);
  window.addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', visible);
  return () => {
    window.removeEventListener('online', wake);
    window.removeEventListener('offline', wake);
    window.removeEventListener('pageshow', wake);
    document.removeEventListener('visibilitychange', visible);
  };
}
