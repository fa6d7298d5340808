// The console's signs: drawn in the text's colour, hidden from screen readers, always beside a word.
import type { JSX } from 'preact';

const PATHS = {
  // Waiting: ring, triangle, octagon, tick. Shapes differ without colour.
  calm: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2" />,
  amber: <path d="M8 1.8 15 14H1z" fill="currentColor" />,
  red: <path d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2z" fill="currentColor" />,
  none: <path d="m3 8.5 3.4 3.4L13 5" fill="none" stroke="currentColor" stroke-width="2" />,
  // Connection: dot, half, cross.
  live: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  catching_up: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" fill="none" stroke="currentColor" stroke-width="2.5" />,
  offline: <path d="m3 3 10 10M13 3 3 13" fill="none" stroke="currentColor" stroke-width="2.5" />,
  away: <path d="M11.5 10.8A5.5 5.5 0 0 1 6.2 3a5.5 5.5 0 1 0 5.3 7.8z" fill="currentColor" />,
  draft: <path d="m2.5 13.5.8-3L11 2.8l2.2 2.2-7.7 7.7z" fill="currentColor" />,
  lock: <path d="M4.5 7V5a3.5 3.5 0 0 1 7 0v2H13v7.5H3V7zm2 0h3V5a1.5 1.5 0 0 0-3 0z" fill="currentColor" />,
  reply: <path d="M1.5 2.5h13v9H7L3.5 14.5v-3h-2z" fill="currentColor" />,
  eye: (
    <g fill="none" stroke="currentColor" stroke-width="1.6">
      <path d="M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8z" />
      <circle cx="8" cy="8" r="2" fill="currentColor" />
    </g>
  ),
  incoming: <path d="M13 3 4 12m0-6v6h6" fill="none" stroke="currentColor" stroke-width="2" />,
  outgoing: <path d="m3 13 9-9m0 6V4H6" fill="none" stroke="currentColor" stroke-width="2" />,
  back: <path d="m10 2.5-5.5 5.5 5.5 5.5" fill="none" stroke="currentColor" stroke-width="2" />,
  close: <path d="m3 3 10 10M13 3 3 13" fill="none" stroke="currentColor" stroke-width="2" />,
  panel: <path d="M1.5 2.5h13v11h-13zm8.5 0v11" fill="none" stroke="currentColor" stroke-width="1.8" />,
  down: <path d="M8 2.5v10m-4-4 4 4 4-4" fill="none" stroke="currentColor" stroke-width="2" />,
  gear: (
    <path
      d="M2 4.5h7m4 0h1M2 11.5h1m4 0h7M11 2.5v4M5 9.5v4"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
    />
  ),
  warning: (
    <path
      fill-rule="evenodd"
      d="M8 1.2 15.4 14.5H.6zM7.1 6v4.2h1.8V6zm0 5.3v1.7h1.8v-1.7z"
      fill="currentColor"
    />
  ),
  lamp: (
    <g fill="currentColor">
      <path d="M8 .8c2.3 2.6 3.3 4.4 3.3 6.1A3.3 3.3 0 0 1 8 10.2a3.3 3.3 0 0 1-3.3-3.3C4.7 5.2 5.7 3.4 8 .8z" />
      <path d="M3.5 11.6h9v1.5h-9zM5 14h6v1.5H5z" />
    </g>
  ),
} as const satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {PATHS[name]}
    </svg>
  );
}
