// The real world for the state machines: window timers, Math.random and WebSocket.
import { browserRandom } from '../protocol/secrets';
import type { SocketFactory, Surroundings } from './surroundings';

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
