// Am I here, for how many, and how do I take the next person? The top of the left pane.
import { useState } from 'preact/hooks';
import { useStore } from '../../store/store';
import type { Board, DutyPresence, Line } from '../desk/state';
import { CAPACITIES, whyNotAccept } from '../model/presence';
import { duration } from '../model/waiting';
import { wordFor } from '../words/say';
import { Icon } from './icon';
import { type Office, showToast, useOffice, useSecond } from './office';
import { useTopicName } from './topic';

export function Duty() {
  const { desk, say } = useOffice();
  const presence = useStore(desk.store, state => state.presence);
  const board = useStore(desk.store, state => state.board);
  const line = useStore(desk.store, state => state.line);
  if (line === 'stopped' && board === null) return null;
  if (presence === null || board === null) return <p class="quiet pad">{say('loading')}…</p>;
  if (board.topics.length === 0) {
    return (
      <p class="quiet pad" role="note">
        {say('noTopics')}
      </p>
    );
  }
  return (
    <section class="duty" aria-label={say('presence')}>
      <PresenceSwitch presence={presence} />
      <AcceptNext presence={presence} board={board} line={line} />
    </section>
  );
}

function PresenceSwitch({ presence }: { presence: DutyPresence }) {
  const office = useOffice();
  const { desk, say } = office;
  const change = async (status: 'available' | 'away', capacity: number) => {
    const outcome = await desk.setPresence(status, capacity);
    if (!outcome.ok) showToast(office, say('presenceFailed'), 'bad');
  };
  return (
    <fieldset class="presence">
      <legend class="unseen">{say('presence')}</legend>
      <div class="segments">
        {(['available', 'away'] as const).map(status => (
          <label class={`segment ${presence.status === status ? 'is-on' : ''} is-${status}`} key={status}>
            <input
              class="unseen"
              type="radio"
              name="presence"
              checked={presence.status === status}
              onChange={() => void change(status, presence.capacity)}
            />
            <Icon name={status === 'available' ? 'live' : 'away'} />
            {say(status)}
          </label>
        ))}
      </div>
      <div class="capacity">
        <label>
          {say('capacity')}{' '}
          <select
            value={String(presence.capacity)}
            onChange={event => void change(presence.status, Number(event.currentTarget.value))}
          >
            {[...new Set([...CAPACITIES, presence.capacity])]
              .sort((a, b) => a - b)
              .map(count => (
                <option key={count} value={String(count)}>
                  {count}
                </option>
              ))}
          </select>
        </label>
        <span class="load">
          <Places presence={presence} />
          <span>{say('load', { load: presence.load, capacity: presence.capacity })}</span>
        </span>
      </div>
    </fieldset>
  );
}

/** Filled and open places, drawn for a glance; the sentence beside it says the same. */
function Places({ presence: { load, capacity } }: { presence: DutyPresence }) {
  const total = Math.min(Math.max(load, capacity), 8);
  return (
    <span class="places" aria-hidden="true">
      {Array.from({ length: total }, (_, index) => (
        <i key={index} class={index < load ? (index >= capacity ? 'is-over' : 'is-taken') : ''} />
      ))}
    </span>
  );
}

function AcceptNext({ presence, board, line }: { presence: DutyPresence; board: Board; line: Line }) {
  const office = useOffice();
  const { desk, say, page } = office;
  const accepting = useStore(desk.store, state => state.accepting);
  const [topic, setTopic] = useState('');
  const [organisation, setOrganisation] = useState('');
  const nameOf = useTopicName();
  const waiting = board.topics
    .filter(row => topic === '' || row.id === topic)
    .reduce((sum, row) => sum + row.servable, 0);
  const others = board.topics.some(row => row.waiting > 0 && (topic === '' || row.id === topic));
  const online = line === 'live' || line === 'catching_up' || line === 'polling';
  const refusal = whyNotAccept(presence, waiting, online);
  return (
    <div class="accept">
      {board.topics.length > 1 && (
        <label class="accept-choice">
          <span>{say('fromTopic')}</span>
          <select value={topic} onChange={event => setTopic(event.currentTarget.value)}>
            <option value="">{say('anyTopic')}</option>
            {board.topics.map(row => (
              <option key={row.id} value={row.id}>
                {row.servable > 0
                  ? say('topicWaiting', { topic: nameOf(row.id), count: row.servable })
                  : nameOf(row.id)}
              </option>
            ))}
          </select>
        </label>
      )}
      {page.organisations.length > 1 && (
        <label class="accept-choice">
          <span>{say('forOrganisation')}</span>
          <select value={organisation} onChange={event => setOrganisation(event.currentTarget.value)}>
            <option value="">{say('anyOrganisation')}</option>
            {page.organisations.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <button
        type="button"
        class="button main wide"
        id="accept-next"
        aria-disabled={refusal !== null || accepting}
        aria-describedby="accept-why"
        onClick={() => {
          if (refusal === null && !accepting) void acceptNext(office, topic, organisation);
        }}
      >
        {say(accepting ? 'accepting' : 'acceptNext')}
      </button>
      <p class="why" id="accept-why">
        {refusal === null ? (
          <Waiting board={board} topic={topic} />
        ) : (
          say(refusal === 'nobody_waiting' && others ? 'refusal_nobody_servable' : `refusal_${refusal}`)
        )}
      </p>
    </div>
  );
}

async function acceptNext(office: Office, topic = '', organisation = ''): Promise<void> {
  const { desk, say } = office;
  const outcome = await desk.acceptNext(topic, organisation);
  if (outcome.ok) office.announce(say('accepted'));
  else {
    const known = ['nobody_waiting', 'at_capacity', 'not_available'].includes(outcome.code);
    showToast(office, wordFor(say, known ? 'refusal_' : 'error_', outcome.code, 'error_other'), 'bad');
  }
}

function Waiting({ board, topic }: { board: Board; topic: string }) {
  const { desk, say } = useOffice();
  const offset = useStore(desk.store, state => state.offset);
  const now = useSecond() + offset;
  const rows = board.topics.filter(row => row.servable > 0 && (topic === '' || row.id === topic));
  const count = rows.reduce((sum, row) => sum + row.servable, 0);
  const oldest = Math.min(...rows.map(row => row.oldest_at ?? now));
  return <>{say('waitingSummary', { count, longest: duration(now - oldest) })}</>;
}
