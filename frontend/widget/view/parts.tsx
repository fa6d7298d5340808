// The small parts that every stage of the help-seeker's page uses.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Ruby } from '../../ui/text';
import { useTools } from '../context';
import type { PhoneLine } from '../menu';
import type { ja } from '../words/ja';

type Plain = {
  [Key in keyof typeof ja]: (typeof ja)[Key] extends `${string}{${string}}${string}` ? never : Key;
}[keyof typeof ja];

/** Words that have nothing to fill in, with their readings. */
export function Say({ words }: { words: Plain }) {
  const { marked } = useTools();
  return <Ruby text={(marked as (key: Plain) => string)(words)} />;
}

/** The heading of a stage. It takes the focus, so that a screen reader begins here. */
export function Heading({ children, focus = true }: { children: ComponentChildren; focus?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focus) heading.current?.focus({ preventScroll: true });
    if (focus) window.scrollTo(0, 0);
  }, []);
  return (
    <h1 tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}

export function Phones({ lines }: { lines: readonly PhoneLine[] }) {
  return (
    <ul class="phones">
      {lines.map(line => (
        <li key={line.number}>
          <span>{line.label}</span>
          <a href={`tel:${line.number.replace(/[^\d+#*]/g, '')}`}>{line.number}</a>
          {line.hours && <span class="quiet">{line.hours}</span>}
        </li>
      ))}
    </ul>
  );
}
