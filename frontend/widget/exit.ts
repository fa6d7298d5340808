// How does a person get away at once? The screen is emptied first, then the page is replaced, so that Back does not
// bring the conversation back. Shift three times does the same, but not while Japanese text is being converted.
import { isComposing, type KeyPress } from '../ui/enter';

const WITHIN = 5_000;
const TIMES = 3;

/** Counts Shift pressed alone; any other key, a long pause or a conversion begins anew. */
export class ShiftCounter {
  private count = 0;
  private alone = false;
  private first = 0;

  /** `isComposing` is remembered from the press: at the release some browsers have already ended it. */
  down(press: Pick<KeyPress, 'key' | 'isComposing' | 'keyCode'>): void {
    this.alone = press.key === 'Shift' && !isComposing(press);
    if (!this.alone) this.count = 0;
  }

  /** True when this release completes the signal. */
  up(press: Pick<KeyPress, 'key' | 'isComposing' | 'keyCode'>, now: number): boolean {
    if (press.key !== 'Shift' || !this.alone || isComposing(press)) return false;
    this.alone = false;
    if (this.count === 0 || now - this.first > WITHIN) {
      this.count = 0;
      this.first = now;
    }
    this.count += 1;
    if (this.count < TIMES) return false;
    this.count = 0;
    return true;
  }
}

export function watchShift(leave: () => void): void {
  const counter = new ShiftCounter();
  document.addEventListener('keydown', event => counter.down(event), true);
  document.addEventListener(
    'keyup',
    event => {
      if (counter.up(event, performance.now())) leave();
    },
    true,
  );
}

export interface Exit {
  url: string;
  /** Ends the conversation and revokes the bearer; must outlive the page. */
  forget(): void;
  wipe(): void;
  /** Inside a frame: asks the page around it to go. False when nobody can be asked. */
  askHost(): boolean;
}

/** A frame whose page cannot be asked takes the page along where the browser lets it. */
function goAway(url: string): void {
  try {
    if (window.top && window.top !== window) window.top.location.replace(url);
  } catch {
    // Not allowed without a press: the frame at least is empty.
  }
  location.replace(url);
}

export function leaveNow({ url, forget, wipe, askHost }: Exit): void {
  document.body.replaceChildren();
  document.title = '\u200b';
  try {
    forget();
    wipe();
  } finally {
    if (!askHost()) goAway(url);
  }
  // A page that the browser kept for Back must not stay a blank one that can be reloaded into the conversation.
  window.addEventListener('pageshow', () => location.replace(url));
}
