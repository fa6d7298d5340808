// The right pane: what is known about the conversation, phrases, notes, and its ending.
import { useState } from 'preact/hooks';
import { clockTime, longDay } from '../../i18n/time';
import { useStore } from '../../store/store';
import type { Details } from '../desk/answers';
import { summaryOf, type Talk } from '../desk/state';
import { setMode } from './composer';
import { Icon } from './icon';
import { codeOf, useOffice } from './office';
import { Phrases } from './phrases';
import { Readers } from './readers';
import { Empty, Failed } from './states';
import { useTopicName } from './topic';
import { WrapUp } from './wrap-up';

const TABS = ['About', 'Phrases', 'Notes', 'WrapUp'] as const;
type Tab = (typeof TABS)[number];

export function ContextPane({ close }: { close(): void }) {
  const { desk, say } = useOffice();
  const talk = useStore(desk.store, ({ selected, talks }) =>
    selected === null ? null : (talks.get(selected) ?? null),
  );
  const [tab, setTab] = useState<Tab>('About');
  const tabs: readonly Tab[] = talk?.look ? TABS.filter(name => name === 'About' || name === 'Notes') : TABS;
  const now = tabs.includes(tab) ? tab : 'About';
  const move = (step: number) => {
    const next = tabs[(tabs.indexOf(now) + step + tabs.length) % tabs.length] ?? 'About';
    setTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="pane context" id="context" aria-label={say('context')}>
      <div class="context-head">
        <div class="tabs" role="tablist" aria-label={say('context')}>
          {tabs.map(name => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              class="tab"
              aria-selected={now === name}
              aria-controls="context-panel"
              tabIndex={now === name ? 0 : -1}
              onClick={() => setTab(name)}
              onKeyDown={event => {
                if (event.key === 'ArrowRight') move(1);
                if (event.key === 'ArrowLeft') move(-1);
              }}
            >
              {say(`tab${name}`)}
            </button>
          ))}
        </div>
        <button
          type="button"
          class="button bare icon-button close-context"
          onClick={close}
          aria-label={say('closeContext')}
        >
          <Icon name="close" />
        </button>
      </div>
      <div
        class="context-body"
        id="context-panel"
        role="tabpanel"
        aria-labelledby={`tab-${now}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
        tabIndex={0}
      >
        {talk === null || talk.revoked ? (
          <Empty title={say('noneSelected')} />
        ) : (
          <Panel key={`${talk.id}/${now}`} tab={now} talk={talk} />
        )}
      </div>
    </section>
  );
}

function Panel({ tab, talk }: { tab: Tab; talk: Talk }) {
  if (tab === 'Phrases') return <Phrases talk={talk} />;
  if (tab === 'Notes') return <Notes talk={talk} />;
  return tab === 'WrapUp' ? <WrapUp talk={talk} /> : <About talk={talk} />;
}

function About({ talk }: { talk: Talk }) {
  const { desk, say } = useOffice();
  const { details } = talk;
  const topic = useStore(desk.store, state => summaryOf(state, talk.id)?.topic ?? '');
  const language = useStore(desk.store, state => summaryOf(state, talk.id)?.language ?? '');
  const nameOf = useTopicName();
  const known = language === 'ja' || language === 'en' || language === 'ja-easy';
  return (
    <>
      <dl class="facts">
        <dt>{say('topic')}</dt>
        <dd>{nameOf(topic)}</dd>
        <dt>{say('language')}</dt>
        <dd>{known ? say(`language_${language}`) : language}</dd>
        <RequestedAt at={details.at === 'ready' ? details.value.requestedAt : null} />
      </dl>
      {details.at === 'loading' && <p class="quiet">{say('loading')}…</p>}
      {details.at === 'failed' && (
        <Failed text={say('detailsFailed')} again={() => void desk.loadDetails(talk.id)} />
      )}
      {details.at === 'ready' && <AboutPeople talk={talk} details={details.value} topic={topic} />}
    </>
  );
}

function RequestedAt({ at }: { at: number | null }) {
  const { say, language } = useOffice();
  if (at === null) return null;
  return (
    <>
      <dt>{say('requestedAt')}</dt>
      <dd>
        {longDay(at, language)} {clockTime(at, language)}
      </dd>
    </>
  );
}

function AboutPeople({ talk, details, topic }: { talk: Talk; details: Details; topic: string }) {
  const { desk, say } = useOffice();
  const questions = useStore(desk.store, state => state.topicNames.get(topic)?.questions);
  const role = {
    seeker: 'seeker',
    counsellor: 'counsellor',
    supervisor: 'supervisor',
    system: 'system',
  } as const;
  return (
    <>
      <h3>{say('answers')}</h3>
      {details.answers.length === 0 ? (
        <p class="quiet">{say('answersEmpty')}</p>
      ) : (
        <dl class="answers">
          {details.answers.map(answer => (
            <div key={answer.question}>
              <dt>{questions?.get(answer.question)?.label || answer.question}</dt>
              <dd>
                {questions?.get(answer.question)?.choices.get(answer.text) ?? (answer.text || say('skipped'))}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <h3>{say('participants')}</h3>
      <ul class="people">
        {details.people.map(person => (
          <li key={person.id}>
            <span class="strong">{person.role === 'seeker' ? say('seeker') : person.name}</span>
            {!person.present && <span class="tag">{say('gone')}</span>}
            {person.role !== 'seeker' && (
              <span class="quiet">
                {say(role[person.role] ?? 'system')} · {person.organisation}
              </span>
            )}
          </li>
        ))}
      </ul>
      <Readers talk={talk} readers={details.readers} />
    </>
  );
}

function Notes({ talk }: { talk: Talk }) {
  const office = useOffice();
  const { say, language } = office;
  const notes = talk.entries.filter(entry => entry.kind === 'note');
  return (
    <>
      <p class="quiet">
        <Icon name="lock" /> {say('notesHint')}
      </p>
      {notes.length === 0 ? (
        <Empty title={say('notesEmpty')} />
      ) : (
        <ol class="notes">
          {notes.map(note => (
            <li key={note.seq}>
              <p class="bubble is-noted">{note.kind === 'note' ? note.body : ''}</p>
              <time class="quiet">{clockTime(note.at, language)}</time>
            </li>
          ))}
        </ol>
      )}
      {!talk.look && (
        <button
          type="button"
          class="button small"
          onClick={() => {
            setMode(office, talk.id, 'note');
            office.focusComposer('note');
          }}
        >
          <Icon name="lock" /> {say('writeNote')}
        </button>
      )}
      <span class="unseen">{say('code', { code: codeOf(talk.id) })}</span>
    </>
  );
}
