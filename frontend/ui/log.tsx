// The scrolling part of a conversation: stays at the newest entry while the reader is there, leaves them alone when
// they have scrolled up, and then offers the way back.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface LogProps {
  label: string;
  /** The number of the newest thing shown; grows with each. */
  newest: number;
  /** Bubbles of one's own that wait; a new one always scrolls down. */
  own: number;
  newBelow: string;
  class?: string;
  children: ComponentChildren;
  /** The newest entry is on the screen, and the page is looked at. */
  onSeen?(): void;
}

const NEAR = 48;

const isLookedAt = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

export function Log({ label, newest, own, newBelow, onSeen, children, ...props }: LogProps) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const shown = useRef({ newest, own });
  const [missed, setMissed] = useState(false);

  const toEnd = (): void => {
    const area = box.current;
    if (area) area.scrollTop = area.scrollHeight;
    atEnd.current = true;
    setMissed(false);
    if (isLookedAt()) onSeen?.();
  };

  useLayoutEffect(() => {
    const before = shown.current;
    shown.current = { newest, own };
    if (atEnd.current || own > before.own) toEnd();
    else if (newest > before.newest) setMissed(true);
  }, [newest, own, children]);

  useEffect(() => {
    const looked = (): void => {
      if (atEnd.current && isLookedAt()) onSeen?.();
    };
    // The keyboard of a phone takes half of the screen: what was at the end stays there.
    const resized = (): void => {
      if (atEnd.current) toEnd();
    };
    window.addEventListener('focus', looked);
    window.addEventListener('resize', resized);
    document.addEventListener('visibilitychange', looked);
    return () => {
      window.removeEventListener('focus', looked);
      window.removeEventListener('resize', resized);
      document.removeEventListener('visibilitychange', looked);
    };
  });

  const scrolled = (): void => {
    const area = box.current;
    if (!area) return;
    atEnd.current = area.scrollHeight - area.scrollTop - area.clientHeight < NEAR;
    if (atEnd.current && missed) toEnd();
  };

  return (
    <div class={`log ${props.class ?? ''}`}>
      <div
        class="log-scroll"
        role="log"
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={scrolled}
      >
        {children}
      </div>
      {missed && (
        <button type="button" class="button log-new" onClick={toEnd}>
          {newBelow}
        </button>
      )}
    </div>
  );
}
