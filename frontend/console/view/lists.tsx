// Who waits in the queue, which conversations are mine, which may I look at? The lists of the left pane.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { BoardConversation, BoardWaiting } from '../../protocol/frames';
import { useStore } from '../../store/store';
import type { LiveConversation } from '../desk/answers';
import type { Board } from '../desk/state';
import { hasDraft } from '../model/drafts';
import { byNeed, heldOrder, type MineRow as NeedRow } from '../model/lists';
import { unreadCount } from '../model/unread';
import { duration } from '../model/waiting';
import { Icon } from './icon';
import { useOffice, useSecond } from './office';
import { Pick } from './pick';
import { LanguageTag, Row } from './row';
import { Empty, Failed } from './states';
import { useTopicName } from './topic';

export function Queue() {
  const { desk, say, page } = useOffice();
  const board = useStore(desk.store, state => state.board);
  const offset = useStore(desk.store, state => state.offset);
  const now = useSecond() + offset;
  const nameOf = useTopicName();
  const [picking, setPicking] = useState<BoardWaiting | null>(null);
  if (board === null || board.topics.length === 0) return null;
  const total = board.topics.reduce((sum, topic) => sum + topic.waiting, 0);
  const hidden = Math.max(0, total - board.queue.length);
  return (
    <>
      <ListSection title={say('queue')} count={total} id="queue">
        <Topics board={board} />
        {board.queue.length === 0 ? (
          <p class="quiet pad">{say('queueEmpty')}</p>
        ) : (
          <ol class="queue">
            {board.queue.map(row => (
              <li key={row.conversation}>
                <span class="queue-topic">
                  {row.priority > 0 && (
                    <span class="tag is-priority">
                      <Icon name="amber" />
                      {say('priority')} {row.priority}
                    </span>
                  )}
                  {nameOf(row.topic)}
                  <LanguageTag language={row.language} />
                  {page.serves && !row.servable && <span class="tag">{say('notForYou')}</span>}
                </span>
                <span class="number">
                  <span class="unseen">{say('waited')} </span>
                  {duration(now - row.waiting_since)}
                </span>
                {row.pickable && (
                  <button type="button" class="link" onClick={() => setPicking(row)}>
                    {say('pick')}
                    <span class="unseen">
                      {' '}
                      {nameOf(row.topic)}, {duration(now - row.waiting_since)}
                    </span>
                  </button>
                )}
              </li>
            ))}
          </ol>
        )}
        {hidden > 0 && <p class="quiet pad">{say('queueMore', { count: hidden })}</p>}
      </ListSection>
      {picking !== null && <Pick row={picking} close={() => setPicking(null)} />}
    </>
  );
}

function Topics({ board }: { board: Board }) {
  const { desk, say } = useOffice();
  const offset = useStore(desk.store, state => state.offset);
  const now = useSecond() + offset;
  const nameOf = useTopicName();
  return (
    <table class="topics">
      <thead>
        <tr>
          <th scope="col">{say('topic')}</th>
          <th scope="col" class="number">
            {say('waitingPeople')}
          </th>
          <th scope="col" class="number">
            {say('longest')}
          </th>
          <th scope="col" class="number">
            {say('onDuty')}
          </th>
          <th scope="col" class="number">
            {say('couldServe')}
          </th>
        </tr>
      </thead>
      <tbody>
        {board.topics.map(row => (
          <tr key={row.id} class={row.waiting > 0 ? 'is-waiting' : ''}>
            <th scope="row">{nameOf(row.id)}</th>
            <td class="number strong">{row.waiting}</td>
            <td class="number">{row.oldest_at === null ? '–' : duration(now - row.oldest_at)}</td>
            <td class="number">{row.on_duty}</td>
            <td class="number">{row.could_serve}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export interface HeldOrder<Row> {
  readonly rows: readonly Row[];
  /** The list stands in another order than need would put it in. */
  readonly stale: boolean;
  hold(on: boolean): void;
  sort(): void;
}

/** The order a list is drawn in; while the list is in use nothing moves. */
export function useHeldOrder<Row extends NeedRow>(all: readonly Row[]): HeldOrder<Row> {
  const [held, setHeld] = useState(false);
  const [, redraw] = useState(0);
  const shown = useRef<string[]>([]);
  const wanted = useMemo(() => byNeed(all), [all]);
  const rows = held ? heldOrder(shown.current, wanted) : wanted;
  shown.current = rows.map(row => row.conversation);
  return {
    rows,
    stale: rows.some((row, index) => row !== wanted[index]),
    hold: setHeld,
    sort: () => {
      shown.current = [];
      redraw(n => n + 1);
    },
  };
}

const NOBODY: readonly BoardConversation[] = [];

export function useMineOrder(): HeldOrder<BoardConversation> {
  const { desk } = useOffice();
  return useHeldOrder(useStore(desk.store, state => state.board?.mine ?? NOBODY));
}

/** A list of conversations that holds still under the pointer and the focus. */
function HeldList<Row>({ order, children }: { order: HeldOrder<Row>; children: ComponentChildren }) {
  const { say } = useOffice();
  const { hold, stale, sort } = order;
  return (
    <>
      <ul
        class="rows"
        onPointerEnter={event => event.pointerType === 'mouse' && hold(true)}
        onPointerLeave={() => hold(false)}
        onFocusIn={() => hold(true)}
        onFocusOut={event => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) hold(false);
        }}
      >
        {children}
      </ul>
      {stale && (
        <button type="button" class="link pad" onClick={sort}>
          {say('reorder')}
        </button>
      )}
    </>
  );
}

export function Mine({ order, open }: { order: HeldOrder<BoardConversation>; open(id: string): void }) {
  const { desk, say } = useOffice();
  const board = useStore(desk.store, state => state.board);
  if (board === null) return null;
  return (
    <ListSection title={say('mine')} count={order.rows.length} id="mine">
      {order.rows.length === 0 ? (
        <Empty title={say('mineEmpty')} hint={say('mineEmptyHint')} />
      ) : (
        <HeldList order={order}>
          {order.rows.map(row => (
            <MineRow key={row.conversation} row={row} open={open} />
          ))}
        </HeldList>
      )}
    </ListSection>
  );
}

function MineRow({ row, open }: { row: BoardConversation; open(id: string): void }) {
  const { desk, say, papers } = useOffice();
  const id = row.conversation;
  const selected = useStore(desk.store, state => state.selected === id);
  const talk = useStore(desk.store, state => state.talks.get(id));
  const drafted = useStore(papers, ({ drafts }) => hasDraft(drafts, id));
  const unread = talk ? unreadCount(talk.entries, talk.seen) : 0;
  return (
    <Row id={id} selected={selected} open={open} topic={row.topic} words={row} language={row.language}>
      {row.nudge_since !== null && (
        <span class="tag is-due">
          <Icon name="amber" />
          {say('nudge')}
        </span>
      )}
      {unread > 0 && <span class="tag is-unread">{say('unread', { count: unread })}</span>}
      {drafted && (
        <span class="tag is-draft">
          <Icon name="draft" />
          {say('draft')}
        </span>
      )}
      {row.status === 'wrapped_up' && <span class="tag">{say('status_wrapped_up')}</span>}
    </Row>
  );
}

const NO_LIVE: readonly LiveConversation[] = [];

export function Supervision({ open }: { open(id: string): void }) {
  const { desk, say } = useOffice();
  const live = useStore(desk.store, state => state.supervision);
  const selected = useStore(desk.store, state => state.selected);
  const order = useHeldOrder(live.at === 'ready' ? live.value : NO_LIVE);
  useEffect(() => {
    void desk.errands.loadSupervision();
    const timer = setInterval(() => void desk.errands.loadSupervision(), 10_000);
    return () => clearInterval(timer);
  }, [desk]);
  return (
    <ListSection
      title={say('supervision')}
      count={live.at === 'ready' ? live.value.length : 0}
      id="supervision"
    >
      <p class="quiet pad">
        <Icon name="eye" /> {say('supervisionHint')}
      </p>
      {live.at === 'loading' && <p class="quiet pad">{say('loading')}…</p>}
      {live.at === 'failed' && (
        <Failed text={say('supervisionFailed')} again={() => void desk.errands.loadSupervision()} />
      )}
      {live.at === 'ready' && live.value.length === 0 && <Empty title={say('supervisionEmpty')} />}
      {live.at === 'ready' && live.value.length > 0 && (
        <HeldList order={order}>
          {order.rows.map(row => (
            <LiveRow key={row.conversation} row={row} selected={selected === row.conversation} open={open} />
          ))}
        </HeldList>
      )}
    </ListSection>
  );
}

function LiveRow({
  row,
  selected,
  open,
}: {
  row: LiveConversation;
  selected: boolean;
  open(id: string): void;
}) {
  const { desk, say } = useOffice();
  const offset = useStore(desk.store, state => state.offset);
  const now = useSecond() + offset;
  const { counsellor_gone_since: gone, silent_since: silent } = row;
  return (
    <Row
      id={row.conversation}
      selected={selected}
      open={open}
      topic={row.topic}
      words={row}
      language={row.language}
    >
      <span class="tag">
        {row.counsellor} · {row.organisation}
      </span>
      {gone !== null && (
        <span class="tag is-alarm">
          <Icon name="offline" />
          {say('counsellorGone', { time: duration(now - gone) })}
        </span>
      )}
      {silent !== null && (
        <span class="tag is-alarm">
          <Icon name="warning" />
          {say('silent', { time: duration(now - silent) })}
        </span>
      )}
    </Row>
  );
}

function ListSection(props: { title: string; count: number; id: string; children: ComponentChildren }) {
  return (
    <section class="list" aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>
        {props.title} <span class="count">{props.count}</span>
      </h2>
      {props.children}
    </section>
  );
}
