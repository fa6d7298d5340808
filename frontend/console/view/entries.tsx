// How does one entry of the log look: a message, a note, an event, and a message on its way?

import { clockTime, longDay } from '../../i18n/time';
import type { Entry, Participant } from '../../protocol/frames';
import type { OutboxItem } from '../../socket/outbox';
import { useStore } from '../../store/store';
import { Linked } from '../../ui/text';
import type { Talk } from '../desk/state';
import { type Say, wordFor } from '../words/say';
import { Icon } from './icon';
import { showToast, useOffice } from './office';

export function DayLine({ at }: { at: number }) {
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

export function EntryItem({ entry, continued, names, marks, language }: EntryProps) {
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
  const name =
    entry.role === 'seeker'
      ? say('seeker')
      : (names.get(entry.from ?? '') ?? say(entry.role === 'supervisor' ? 'supervisor' : 'counsellor'));
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
export function marksOf(talk: Talk): Marks {
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

export function Pending({ item, id }: { item: OutboxItem; id: string }) {
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
      return say(`left_${leavingOf(entry.reason)}`, { name });
    }
    case 'moment':
      return say('moment', { name: names.get(entry.from ?? '') ?? say('counsellor') });
    case 'closed':
      return wordFor(say, 'closed_', entry.reason, 'closed_other');
    case 'assigned': {
      const organisation = organisations.get(entry.organisation);
      return organisation ? say('assigned', { organisation }) : say('assignedPlain');
    }
    case 'transfer':
      return wordFor(say, 'transfer_', entry.transfer.state, 'transfer_other');
    case 'wrapped_up': {
      const category = wordFor(say, 'category_', entry.category, 'category_other');
      const established = say(entry.established ? 'establishedYesShort' : 'establishedNoShort');
      return say('wrappedUp', { category, established });
    }
    default:
      return null;
  }
}

const LEAVINGS = ['closed', 'revoked', 'gone', 'transferred'] as const;

function leavingOf(reason: string): 'left' | (typeof LEAVINGS)[number] {
  return LEAVINGS.find(known => known === reason) ?? 'left';
}

/** Who is who: told by the list of people, and by the log itself. */
export function namesOf(talk: Talk): ReadonlyMap<string, string> {
  const people: readonly Participant[] = talk.details.at === 'ready' ? talk.details.value.people : [];
  const names = new Map(people.map(person => [person.id, person.name]));
  for (const entry of talk.entries) {
    if (entry.kind === 'joined') names.set(entry.participant.id, entry.participant.name);
  }
  return names;
}
