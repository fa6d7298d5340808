// One line that says how things stand, in words; a screen reader hears it when it changes.
import type { ComponentChildren } from 'preact';

export function StatusLine({ tone, children }: { tone: 'plain' | 'care'; children: ComponentChildren }) {
  return (
    <p class={`status status-${tone}`} role="status">
      {children}
    </p>
  );
}
