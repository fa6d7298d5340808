// How does a conversation's log look on the screen, where does it stand, and what has been read?
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Talk } from '../desk/state';
import { rowsOf } from '../model/log';
import { firstUnread } from '../model/unread';
import { DayLine, EntryItem, marksOf, namesOf, Pending } from './entries';
import { Icon } from './icon';
import { useOffice } from './office';
import { Empty } from './states';

const WINDOW = 120;
const NEAR_END = 48;

export function Log({ talk, language, topicName }: { talk: Talk; language: string; topicName: string }) {
  const { desk, say } = useOffice();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const heightBefore = useRef<number | null>(null);
  const [shown, setShown] = useState(WINDOW);
  const [newFrom, setNewFrom] = useState<number | null>(null);
  const [below, setBelow] = useState(0);
  const { id, entries, outbox } = talk;
  const last = entries[entries.length - 1]?.seq ?? 0;

  // Fixed when the log first fills: the line must not run away while one reads.
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (opened.current || entries.length === 0) return;
    opened.current = true;
    // Where nothing has been read before, everything is new and needs no line.
    if (talk.seen > 0) setNewFrom(firstUnread(entries, talk.seen));
  }, [entries]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element && heightBefore.current !== null) {
      element.scrollTop += element.scrollHeight - heightBefore.current;
      heightBefore.current = null;
    }
  }, [shown]);

  const read = () => {
    const element = box.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    if (!atEnd.current) return;
    setBelow(0);
    if (document.visibilityState === 'visible' && document.hasFocus()) desk.read(id, last);
  };

  const own = useRef(outbox.length);
  useLayoutEffect(() => {
    const element = box.current;
    const wrote = outbox.length > own.current;
    own.current = outbox.length;
    if (wrote) setNewFrom(null);
    if (element && (atEnd.current || wrote)) element.scrollTop = element.scrollHeight;
  }, [last, outbox, talk.seekerTyping]);

  useEffect(() => {
    read();
    const seekers = entries.filter(
      e => e.seq > talk.seen && e.role === 'seeker' && e.kind === 'message',
    ).length;
    if (!atEnd.current) setBelow(seekers);
    // Back at the screen: what came meanwhile gets its line before it counts as read.
    const returned = () => {
      if (document.visibilityState !== 'visible') return;
      const first = firstUnread(entries, talk.seen);
      if (first !== null && talk.seen > 0) setNewFrom(first);
      read();
    };
    window.addEventListener('focus', returned);
    document.addEventListener('visibilitychange', returned);
    return () => {
      window.removeEventListener('focus', returned);
      document.removeEventListener('visibilitychange', returned);
    };
  }, [last, talk.seen]);

  // The composer grows and shrinks: what was at the end stays there.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const resized = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    resized.observe(element);
    return () => resized.disconnect();
  }, []);

  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
    element?.focus();
  };

  const windowed = entries.length > shown ? entries.slice(-shown) : entries;
  const rows = rowsOf(windowed, newFrom);
  const names = namesOf(talk);
  const marks = marksOf(talk);
  const loading = entries.length === 0 && talk.head > 0;
  return (
    <div class="log-frame">
      <div
        class="log"
        ref={box}
        role="log"
        aria-live="off"
        aria-label={`${say('log')} ${topicName}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={read}
      >
        {windowed.length < entries.length && (
          <button
            type="button"
            class="button older"
            onClick={() => {
              heightBefore.current = box.current?.scrollHeight ?? null;
              setShown(shown + WINDOW);
            }}
          >
            {say('loadOlder')} ({entries.length - windowed.length})
          </button>
        )}
        {loading && <p class="quiet pad">{say('loading')}…</p>}
        {!loading && entries.length === 0 && <Empty title={say('logEmpty')} hint={say('logEmptyHint')} />}
        <ol>
          {rows.map(row => {
            if (row.type === 'day') return <DayLine key={row.key} at={row.at} />;
            if (row.type === 'new') {
              return (
                <li key={row.key} class="line-new">
                  <span>{say('newLine')}</span>
                </li>
              );
            }
            const key = 'cid' in row.event ? row.event.cid : row.key;
            return (
              <EntryItem
                key={key}
                entry={row.event}
                continued={row.continued}
                names={names}
                marks={marks}
                language={language}
              />
            );
          })}
          {outbox.map(item => (
            <Pending key={item.cid} item={item} id={id} />
          ))}
        </ol>
        <p class="typing" aria-hidden={!talk.seekerTyping}>
          {talk.seekerTyping ? `${say('typing')}…` : ''}
        </p>
      </div>
      {below > 0 && (
        <button type="button" class="button to-end" onClick={toEnd}>
          <Icon name="down" /> {say('toNewest', { count: below })}
        </button>
      )}
    </div>
  );
}
