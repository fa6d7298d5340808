// How does a text reach the page? As text nodes only: readings become <ruby>, web addresses become safe links.
import type { ComponentChildren } from 'preact';
import { pieces } from '../i18n/say';

/** Words of a catalogue with their readings. */
export function Ruby({ text }: { text: string }) {
  if (!text.includes('|')) return <>{text}</>;
  return (
    <span>
      {pieces(text).map(piece =>
        typeof piece === 'string' ? (
          piece
        ) : (
          <ruby>
            {piece.base}
            <rp>（</rp>
            <rt>{piece.reading}</rt>
            <rp>）</rp>
          </ruby>
        ),
      )}
    </span>
  );
}

const ADDRESS = /https?:\/\/[^\s<>"'「」『』（）、。]+/g;

/** What a person wrote; an address opens in a new tab that does not learn where it came from. */
export function Linked({ text }: { text: string }) {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, '');
    parts.push(
      text.slice(from, match.index),
      <a href={address} target="_blank" rel="noopener noreferrer nofollow">
        {address}
      </a>,
    );
    from = match.index + address.length;
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  );
}
