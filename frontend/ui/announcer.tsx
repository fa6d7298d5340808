// What does a screen reader say by itself? The newest message and nothing before it: the log itself is silent, because
// readers differ in how much of a live log they repeat.
import { useEffect, useState } from 'preact/hooks';

/** `text` is spoken when it changes to something not empty; `mark` tells two equal texts apart. */
export function Announcer({ text, mark }: { text: string; mark: string | number }) {
  const [spoken, speak] = useState('');
  useEffect(() => {
    speak('');
    if (text === '') return;
    const soon = setTimeout(() => speak(text), 50);
    return () => clearTimeout(soon);
  }, [text, mark]);
  return (
    <p class="unseen" aria-live="polite">
      {spoken}
    </p>
  );
}
