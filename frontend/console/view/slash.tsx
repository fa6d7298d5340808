// The list of phrases that opens under a slash at the start of a line, driven from the text box.
import { useEffect, useState } from 'preact/hooks';
import { useStore } from '../../store/store';
import { type Phrase, searchPhrases, slashQuery } from '../model/phrases';
import { useOffice } from './office';

export function useSlash(language: string) {
  const { desk, say, announce } = useOffice();
  const phrases = useStore(desk.store, state => state.phrases);
  const [open, setOpen] = useState<{ query: string; from: number; to: number } | null>(null);
  const [active, setActive] = useState(0);
  const found =
    open && phrases.at === 'ready' ? searchPhrases(phrases.value, open.query, language).slice(0, 8) : [];
  useEffect(() => {
    if (open) announce(say('phrasesFound', { count: found.length }));
  }, [open?.query]);
  const close = () => setOpen(null);
  return {
    open,
    found,
    active: Math.min(active, Math.max(0, found.length - 1)),
    close,
    look(text: string, caret: number) {
      setOpen(slashQuery(text, caret));
      setActive(0);
    },
    /** True if the key belonged to the list. */
    key(event: KeyboardEvent, insert: (phrase: Phrase) => void): boolean {
      if (event.key === 'Escape') close();
      else if (found.length === 0) return false;
      else if (event.key === 'ArrowDown') setActive((active + 1) % found.length);
      else if (event.key === 'ArrowUp') setActive((active + found.length - 1) % found.length);
      else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
        const phrase = found[Math.min(active, found.length - 1)];
        if (phrase) insert(phrase);
      } else return false;
      return true;
    },
  };
}

interface SlashListProps {
  found: readonly Phrase[];
  active: number;
  insert(phrase: Phrase): void;
}

export function SlashList({ found, active, insert }: SlashListProps) {
  const { say } = useOffice();
  if (found.length === 0) return <p class="slash quiet">{say('phrasesNone')}</p>;
  return (
    <div class="slash" id="slash-list" role="listbox" aria-label={say('phrases')}>
      {found.map((phrase, index) => (
        <div
          key={phrase.id}
          id={`slash-${index}`}
          class="slash-option"
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onPointerDown={event => {
            event.preventDefault();
            insert(phrase);
          }}
        >
          <strong>{phrase.shortcut}</strong> <span>{phrase.text}</span>
        </div>
      ))}
    </div>
  );
}
