// The conversation: waiting for it, having it, and its end.
import { useEffect, useRef, useState } from 'preact/hooks';
import { CLOSE } from '../../protocol/frames';
import { type LineState, talkView } from '../../socket/line-state';
import type { SeekerLine } from '../../socket/seeker';
import { useStore } from '../../store/store';
import { Announcer } from '../../ui/announcer';
import { Composer } from '../../ui/composer';
import { Dialog } from '../../ui/dialog';
import { Log } from '../../ui/log';
import { StatusLine } from '../../ui/status';
import { useTools, useVisit } from '../context';
import { rowsOf } from '../rows';
import { StorageBlocked } from './before';
import { RowView } from './bubbles';
import { Ended, Gone, Outdated } from './ended';
import { useName } from './names';
import { Say } from './parts';
import { Waiting } from './waiting';

export function Talk({ line }: { line: SeekerLine }) {
  const state = useStore(line.state, value => value);
  const view = talkView(state);
  if (view === 'ended') return <Ended state={state} />;
  if (view === 'gone') return state.stopCode === CLOSE.versionUnknown ? <Outdated /> : <Gone />;
  return <Open line={line} state={state} waiting={view === 'waiting'} />;
}

function Open({ line, state, waiting }: { line: SeekerLine; state: LineState; waiting: boolean }) {
  const { say } = useTools();
  const visit = useVisit();
  const draft = useStore(visit.state, value => value.draft);
  const newest = state.entries[state.entries.length - 1]?.seq ?? 0;
  const rows = rowsOf(state.entries, state.outbox, state.seenByOther);
  const lookedAt = useUnread(state);
  useEffect(() => {
    // While the page flows, what was sent pushes the field down: it must stay under the thumb.
    const field = document.activeElement;
    if (waiting && field instanceof HTMLTextAreaElement) field.scrollIntoView({ block: 'nearest' });
  }, [waiting, rows.length]);
  return (
    <>
      {waiting ? (
        <Waiting state={state} />
      ) : (
        <div class="with">
          <Counsellor state={state} />
          <Leave line={line} state={state} waiting={false} />
        </div>
      )}
      <Connection state={state} />
      <Log
        label={say('log')}
        newest={newest}
        own={state.outbox.length}
        newBelow={say('newBelow')}
        class={rows.length === 0 ? 'empty' : ''}
        onSeen={() => {
          lookedAt(newest);
          line.seen(newest);
        }}
      >
        <ol>
          {rows.map(row => (
            <RowView key={row.key} row={row} people={state.people} />
          ))}
        </ol>
        {awaitsFirstReply(state) && (
          <p class="line">
            <Say words="acceptedNext" />
          </p>
        )}
        {state.otherIsTyping && (
          <p class="typing">
            <Say words="typing" />
          </p>
        )}
      </Log>
      <Spoken state={state} />
      <Composer
        words={{
          label: say('writeLabel'),
          send: say('send'),
          hint: say('sendHint'),
          tooLong: over => say('tooLong', { over }),
          controlCharacter: say('controlCharacter'),
        }}
        value={draft}
        sendKey="with-modifier"
        onInput={text => visit.draft(text)}
        onSend={body => visit.say(body)}
        onBlur={() => line.quiet()}
      />
      {waiting && <Leave line={line} state={state} waiting />}
      {waiting && <StorageBlocked />}
    </>
  );
}

/** The status comes a moment after the words: under a reply nobody is asked to wait for it. */
function awaitsFirstReply({ status, entries }: LineState): boolean {
  if (status !== 'accepted') return false;
  const spoken = entries.filter(
    ({ role, kind }) => role !== 'seeker' && (kind === 'message' || kind === 'joined'),
  );
  return spoken[spoken.length - 1]?.kind !== 'message';
}

function Counsellor({ state }: { state: LineState }) {
  const name = useName(state.people);
  const counsellors = state.people.filter(person => person.role !== 'seeker');
  const present = counsellors[counsellors.length - 1];
  return <h1 class="who">{name(present?.id ?? null, present)}</h1>;
}

function Connection({ state }: { state: LineState }) {
  const words = connectionWords(state, useOnline());
  return <StatusLine tone={words ? 'care' : 'plain'}>{words && <Say words={words} />}</StatusLine>;
}

/** A short cut heals by itself and is not worth a word. */
function connectionWords(
  state: LineState,
  online: boolean,
): 'leaving' | 'offline' | 'overHttp' | 'connecting' | null {
  if (!online) return 'offline';
  if (state.leaving) return 'leaving';
  if (state.phase === 'live') return null;
  if (state.polling === 'failing') return 'offline';
  if (state.polling === 'serving') return 'overHttp';
  return state.known ? null : 'connecting';
}

/** A browser that says it is offline is right; one that says it is online may be wrong. */
function useOnline(): boolean {
  const [online, set] = useState(navigator.onLine);
  useEffect(() => {
    const look = (): void => set(navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return online;
}

function Spoken({ state }: { state: LineState }) {
  const { say } = useTools();
  const name = useName(state.people);
  const newest = state.entries[state.entries.length - 1];
  const aloud = (entry: typeof newest): string => {
    if (!entry || entry.role === 'seeker') return '';
    if (entry.kind === 'message') return `${name(entry.from)}: ${entry.body}`;
    if (entry.kind === 'moment') return say('moment');
    return entry.kind === 'left' && entry.reason === 'gone' ? say('leftGone') : '';
  };
  const text = aloud(newest);
  return <Announcer text={text} mark={text && newest ? newest.seq : 0} />;
}

function Leave({ line, state, waiting }: { line: SeekerLine; state: LineState; waiting: boolean }) {
  const [asking, ask] = useState(false);
  return (
    <>
      <button type="button" class="button bare leave" disabled={state.leaving} onClick={() => ask(true)}>
        <Say words={waiting ? 'stopWaiting' : 'leave'} />
      </button>
      {asking && (
        <Dialog title={<Say words={waiting ? 'stopWaiting' : 'leaveQuestion'} />} onClose={() => ask(false)}>
          <p>
            <Say words={waiting ? 'leaveWaitingExplain' : 'leaveExplain'} />
          </p>
          <div class="row">
            <button
              type="button"
              class="button main"
              onClick={() => {
                ask(false);
                line.leave();
              }}
            >
              <Say words={waiting ? 'stopWaiting' : 'leaveYes'} />
            </button>
            <button type="button" class="button" onClick={() => ask(false)}>
              <Say words="leaveNo" />
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Tells the page around a frame how many messages nobody has looked at. Returns what marks them as looked at. */
function useUnread(state: LineState): (upto: number) => void {
  const { unread } = useTools();
  const upto = useRef(0);
  const tell = (): void => {
    const missed = state.entries.filter(
      entry => entry.kind === 'message' && entry.role !== 'seeker' && entry.seq > upto.current,
    );
    unread(missed.length);
  };
  useEffect(tell, [state.entries]);
  return seq => {
    upto.current = Math.max(upto.current, seq);
    tell();
  };
}
