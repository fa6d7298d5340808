// How does a conversation's log look on the screen, where does it stand, and what has been read?
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { clockTime, longDay } from '../../i18n/time';
import type { Entry, Participant } from '../../protocol/frames';
import type { OutboxItem } from '../../socket/outbox';
import { useStore } from '../../store/store';
import { Linked } from '../../ui/text';
import type { Talk } from '../desk/state';
import { rowsOf } from '../model/log';
import { firstUnread } from '../model/unread';
import { type Say, wordFor } from '../words/say';
import { Icon } from './icon';
import { Empty } from './lists';
import { showToast, useOffice } from './office';

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

function DayLine({ at }: { at: number }) {
  const { language } = useOffice();
  return (
    <li class="line-day">
      <span>{longDay(at, language)}</span>
    </li>
  );
}

interface EntryProps {
  entry: Entry;
  continued: boolean;
  names: ReadonlyMap<string, string>;
  marks: Marks;
  language: string;
}

function EntryItem({ entry, continued, names, marks, language }: EntryProps) {
  const { say, language: mine, page } = useOffice();
  if (entry.kind !== 'message' && entry.kind !== 'note') {
    const organisations = new Map(page.organisations.map(({ id, name }) => [id, name]));
    const text = eventText(say, entry, names, organisations);
    return text === null ? null : (
      <li class="line-event">
        {text} <time>{clockTime(entry.at, mine)}</time>
      </li>
    );
  }
  const who = entry.kind === 'note' ? 'note' : entry.role === 'seeker' ? 'seeker' : 'staff';
  const name = entry.role === 'seeker' ? say('seeker') : (names.get(entry.from ?? '') ?? say('counsellor'));
  return (
    <li class={`said is-${who} ${continued ? 'is-continued' : ''}`}>
      <p class={continued ? 'unseen' : 'said-head'}>
        {who === 'note' && (
          <span class="note-mark">
            <Icon name="lock" />
            {say('note')}
          </span>
        )}
        <span class="said-name">{name}</span> <time>{clockTime(entry.at, mine)}</time>
      </p>
      <p class={`bubble ${who === 'note' ? 'is-noted' : ''}`} lang={who === 'note' ? undefined : language}>
        {entry.body === '' ? <em>{say('forgotten')}</em> : <Linked text={entry.body} />}
      </p>
      <SeenMark entry={entry} marks={marks} />
    </li>
  );
}

interface Marks {
  readonly lastOurs: number;
  readonly lastSeen: number;
}

/** Only the last message of ours carries a mark, and the last the help-seeker has seen. */
function marksOf(talk: Talk): Marks {
  let lastOurs = 0;
  let lastSeen = 0;
  for (const entry of talk.entries) {
    if (entry.kind !== 'message' || entry.role === 'seeker') continue;
    lastOurs = entry.seq;
    if (entry.seq <= talk.seenBySeeker) lastSeen = entry.seq;
  }
  return { lastOurs, lastSeen };
}

function SeenMark({ entry, marks }: { entry: Entry; marks: Marks }) {
  const { say } = useOffice();
  if (entry.seq === marks.lastSeen) return <p class="mark">{say('seen')}</p>;
  return entry.seq === marks.lastOurs ? <p class="mark">{say('stored')}</p> : null;
}

function Pending({ item, id }: { item: OutboxItem; id: string }) {
  const office = useOffice();
  const { desk, say } = office;
  const offline = useStore(desk.store, ({ line }) => line === 'offline' || line === 'stopped');
  const copy = async () => {
    await navigator.clipboard?.writeText(item.body);
    showToast(office, say('copied'));
  };
  return (
    <li class={`said is-staff is-${item.state}`}>
      <p class="bubble">{item.body}</p>
      {item.state === 'failed' ? (
        <p class="mark is-failed" role="alert">
          <Icon name="warning" /> {say('failed')}
          {item.code && item.code !== 'no_answer' && (
            <span>（{wordFor(say, 'error_', item.code, 'error_other')}）</span>
          )}
          <span class="mark-actions">
            <button type="button" class="button small" onClick={() => desk.retry(id, item.cid)}>
              {say('retrySend')}
            </button>
            <button type="button" class="button small" onClick={() => void copy()}>
              {say('copy')}
            </button>
            <button type="button" class="button small" onClick={() => desk.takeBack(id, item.cid)}>
              {say('remove')}
            </button>
          </span>
        </p>
      ) : (
        <p class={`mark ${item.state === 'sending' ? 'is-late' : ''}`}>
          {say(item.state === 'stored' ? 'stored' : offline ? 'waitingToSend' : 'sending')}
        </p>
      )}
    </li>
  );
}

function eventText(
  say: Say,
  entry: Entry,
  names: ReadonlyMap<string, string>,
  organisations: ReadonlyMap<string, string>,
): string | null {
  switch (entry.kind) {
    case 'joined': {
      const { role, name, organisation } = entry.participant;
      return role === 'seeker' ? say('seekerJoined') : say('joined', { name, organisation });
    }
    case 'left': {
      const name =
        entry.role === 'seeker' ? say('seeker') : (names.get(entry.from ?? '') ?? say('counsellor'));
      const known = entry.reason === 'closed' || entry.reason === 'revoked' ? entry.reason : 'left';
      return say(`left_${known}`, { name });
    }
    case 'closed':
      return wordFor(say, 'closed_', entry.reason, 'closed_other');
    case 'assigned': {
      const organisation = organisations.get(entry.organisation);
      return organisation ? say('assigned', { organisation }) : say('assignedPlain');
    }
    case 'wrapped_up': {
      const category = wordFor(say, 'category_', entry.category, 'category_other');
      const established = say(entry.established ? 'establishedYesShort' : 'establishedNoShort');
      return say('wrappedUp', { category, established });
    }
    default:
      return null;
  }
}

/** Who is who: told by the list of people, and by the log itself. */
function namesOf(talk: Talk): ReadonlyMap<string, string> {
  const people: readonly Participant[] = talk.details.at === 'ready' ? talk.details.value.people : [];
  const names = new Map(people.map(person => [person.id, person.name]));
  for (const entry of talk.entries) {
    if (entry.kind === 'joined') names.set(entry.participant.id, entry.participant.name);
  }
  return names;
}
