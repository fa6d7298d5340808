// How do the three panes stand together, on a desk and on a phone, and which keys reach across them?
import { useEffect, useRef, useState } from 'preact/hooks';
import type { BoardConversation } from '../../protocol/frames';
import { useStore } from '../../store/store';
import { Announcer } from '../../ui/announcer';
import { type Command, commandFor } from '../model/keys';
import { neighbour } from '../model/lists';
import { setMode } from './composer';
import { ContextPane } from './context';
import { Duty } from './duty';
import { type HeldOrder, Mine, Queue, Supervision, useMineOrder } from './lists';
import { type Office, OfficeContext, useOffice } from './office';
import { TalkPane } from './talk';
import { Stopped, TopBar } from './top-bar';
import { Offers } from './transfer';

export type Place = 'list' | 'talk' | 'context';

export function App({ office }: { office: Office }) {
  return (
    <OfficeContext.Provider value={office}>
      <Panes />
    </OfficeContext.Provider>
  );
}

function Panes() {
  const office = useOffice();
  const { desk, say } = office;
  const place = useStore(office.place, value => value.now);
  const go = (now: Place) => office.place.patch({ now });
  const order = useMineOrder();
  const open = (id: string) => {
    desk.select(id);
    go('talk');
  };
  useShortcuts(
    office,
    order.rows.map(row => row.conversation),
  );
  useAcceptedOpens(office);
  return (
    <div class="console" data-place={place}>
      <a class="skip" href="#talk">
        {say('skipToTalk')}
      </a>
      <TopBar />
      <Stopped />
      <main class="panes">
        <LeftPane order={order} open={open} />
        <TalkPane toList={() => go('list')} toContext={() => openContext(office)} />
        <ContextPane
          close={() => {
            go('talk');
            document.querySelector<HTMLElement>('.to-context')?.focus();
          }}
        />
      </main>
      <Spoken />
      <ToastLine />
    </div>
  );
}

function openContext(office: Office): void {
  office.place.patch({ now: 'context' });
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.tab[aria-selected="true"]')?.focus());
}

interface LeftPaneProps {
  order: HeldOrder<BoardConversation>;
  open(id: string): void;
}

function LeftPane({ order, open }: LeftPaneProps) {
  const { desk, say, place, page } = useOffice();
  const { serves, supervises } = page;
  const [watching, setWatching] = useState(!serves);
  return (
    <section class="pane left" aria-label={say('mineBoth')}>
      {supervises && serves && (
        <div class="segments">
          {[false, true].map(choice => (
            <button
              key={String(choice)}
              type="button"
              class={`segment ${watching === choice ? 'is-on' : ''}`}
              aria-pressed={watching === choice}
              onClick={() => setWatching(choice)}
            >
              {say(choice ? 'supervision' : 'mine')}
            </button>
          ))}
        </div>
      )}
      {watching && supervises ? (
        <>
          <Supervision
            open={id => {
              desk.look(id);
              place.patch({ now: 'talk' });
            }}
          />
          <Queue />
        </>
      ) : (
        <>
          <Offers />
          <Duty />
          <Mine order={order} open={open} />
          <Queue />
        </>
      )}
    </section>
  );
}

/** A conversation just accepted comes before the person, with the composer ready. */
function useAcceptedOpens(office: Office): void {
  const selected = useStore(office.desk.store, state => state.selected);
  const accepting = useStore(office.desk.store, state => state.accepting);
  const before = useRef(accepting);
  useEffect(() => {
    if (before.current && !accepting && selected !== null) {
      office.place.patch({ now: 'talk' });
      // On a phone the keyboard would cover what there is to read first.
      if (matchMedia('(min-width: 50rem)').matches) office.focusComposer('reply');
    }
    before.current = accepting;
  }, [accepting]);
  useEffect(() => {
    if (selected === null && office.place.get().now !== 'list') office.place.patch({ now: 'list' });
  }, [selected]);
}

function useShortcuts(office: Office, ids: readonly string[]): void {
  const latest = useRef(ids);
  latest.current = ids;
  useEffect(() => {
    const keydown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && office.place.get().now === 'context') {
        office.place.patch({ now: 'talk' });
        return;
      }
      const command = commandFor(event, office.settings.get().shortcuts);
      if (command === null || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      obey(office, command, latest.current);
    };
    document.addEventListener('keydown', keydown);
    return () => document.removeEventListener('keydown', keydown);
  }, [office]);
}

function obey(office: Office, command: Command, ids: readonly string[]): void {
  const { desk } = office;
  const { selected, talks } = desk.store.get();
  if (command === 'accept_next') {
    document.getElementById('accept-next')?.click();
    return;
  }
  if (command === 'moment') {
    document.getElementById('ask-moment')?.click();
    return;
  }
  if (command === 'next' || command === 'previous') {
    const id = neighbour(ids, selected, command === 'next' ? 1 : -1);
    if (id === null) return;
    desk.select(id);
    office.place.patch({ now: 'talk' });
    office.focusComposer(office.papers.get().modes.get(id) ?? 'reply');
    return;
  }
  if (selected === null || talks.get(selected)?.look) return;
  setMode(office, selected, command);
  office.focusComposer(command);
}

function Spoken() {
  const { spoken } = useOffice();
  const { text, mark } = useStore(spoken, value => value);
  return <Announcer text={text} mark={mark} />;
}

const TOAST_MS = 8_000;

function ToastLine() {
  const { toast, say } = useOffice();
  const now = useStore(toast, value => value.now);
  useEffect(() => {
    if (now === null || now.tone === 'bad') return;
    const timer = setTimeout(() => toast.patch({ now: null }), TOAST_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return (
    <div class="toast-place" role="status">
      {now && (
        <p class={`toast is-${now.tone}`} key={now.id}>
          <span>{now.text}</span>
          <button type="button" class="button bare small" onClick={() => toast.patch({ now: null })}>
            {say('close')}
          </button>
        </p>
      )}
    </div>
  );
}
