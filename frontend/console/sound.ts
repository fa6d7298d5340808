// How does a tone sound, and may this tab sound at all? Made by WebAudio, unlocked by the first gesture, and by one
// tab only where several are open.
import type { Tone } from './model/attention';

/** Frequency in Hz and start in seconds of each short note. */
const NOTES: Readonly<Record<Tone, readonly (readonly [number, number])[]>> = {
  conversation: [
    [587, 0],
    [784, 0.16],
    [988, 0.32],
  ],
  offer: [
    [659, 0],
    [880, 0.2],
    [659, 0.4],
  ],
  queue: [
    [523, 0],
    [523, 0.22],
  ],
  message: [[740, 0]],
};
const LENGTH = 0.28;

export class Sounds {
  private context: AudioContext | null = null;
  private holdsLock = !('locks' in navigator);

  /** Browsers keep a page silent until its person has touched it. */
  unlockOn(target: EventTarget): void {
    const unlock = () => {
      target.removeEventListener('pointerdown', unlock);
      target.removeEventListener('keydown', unlock);
      this.context ??= new AudioContext();
      void this.context.resume();
    };
    target.addEventListener('pointerdown', unlock);
    target.addEventListener('keydown', unlock);
    if ('locks' in navigator) {
      navigator.locks
        .request('tomoshibi.sound', () => {
          this.holdsLock = true;
          return new Promise<never>(() => {});
        })
        .catch(() => {
          this.holdsLock = true;
        });
    }
  }

  play(tone: Tone, volume: number, test = false): void {
    const { context } = this;
    if (context === null || context.state !== 'running' || !(this.holdsLock || test)) return;
    for (const [frequency, start] of NOTES[tone]) {
      const at = context.currentTime + start;
      const note = new OscillatorNode(context, { frequency, type: 'sine' });
      const level = new GainNode(context, { gain: 0 });
      level.gain.setValueAtTime(0, at);
      level.gain.linearRampToValueAtTime(volume * 0.5, at + 0.02);
      level.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH);
      note.connect(level).connect(context.destination);
      note.start(at);
      note.stop(at + LENGTH);
    }
  }
}
