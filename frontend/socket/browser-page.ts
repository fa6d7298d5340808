// What can this tab keep, and when does the page wake up?
import type { KeyValueStore } from './surroundings';

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
