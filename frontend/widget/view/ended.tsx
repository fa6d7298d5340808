// When it is over: what happened, what is there now, and the way back to the start.
import { useState } from 'preact/hooks';
import type { LineState } from '../../socket/line-state';
import { useStore } from '../../store/store';
import { copyText } from '../../ui/copy';
import { useVisit } from '../context';
import { rowsOf } from '../rows';
import { RowView } from './bubbles';
import { Heading, Say } from './parts';

type Reason = 'endedCompleted' | 'endedByYou' | 'endedByStaff' | 'endedUnseen';

const REASONS: Readonly<Record<string, Reason>> = {
  completed: 'endedCompleted',
  seeker_left: 'endedByYou',
  unseen: 'endedUnseen',
  closed_by_staff: 'endedByStaff',
};

function reasonOf(state: LineState): Reason | null {
  const closed = [...state.entries].reverse().find(entry => entry.kind === 'closed');
  if (closed?.kind === 'closed') return REASONS[closed.reason] ?? null;
  return state.leaving ? 'endedByYou' : null;
}

export function Ended({ state }: { state: LineState }) {
  const reason = reasonOf(state);
  const rows = rowsOf(state.entries, state.outbox, 0);
  return (
    <>
      <Heading>
        <Say words="endedTitle" />
      </Heading>
      {reason && (
        <p>
          <Say words={reason} />
        </p>
      )}
      <p>
        <Say words="endedNext" />
      </p>
      <UnsentDraft />
      <StartAgain />
      {rows.length > 0 && (
        <details class="past">
          <summary>
            <Say words="showLog" />
          </summary>
          <ol>
            {rows.map(row => (
              <RowView key={row.key} row={row} people={state.people} />
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

/** What was being written when the conversation ended is not taken away. */
function UnsentDraft() {
  const visit = useVisit();
  const draft = useStore(visit.state, value => value.draft);
  const [copied, setCopied] = useState(false);
  if (draft.trim() === '') return null;
  return (
    <section class="aside">
      <p>
        <Say words="unsentDraft" />
      </p>
      <p class="draft">{draft}</p>
      <button type="button" class="button" onClick={() => setCopied(copyText(draft))}>
        <Say words={copied ? 'copied' : 'copy'} />
      </button>
    </section>
  );
}

export function Gone() {
  return (
    <>
      <Heading>
        <Say words="goneTitle" />
      </Heading>
      <p>
        <Say words="goneText" />
      </p>
      <UnsentDraft />
      <StartAgain />
    </>
  );
}

export function Outdated() {
  return (
    <>
      <Heading>
        <Say words="reloadTitle" />
      </Heading>
      <p>
        <Say words="reloadText" />
      </p>
      <div class="row">
        <button type="button" class="button main" onClick={() => location.reload()}>
          <Say words="reload" />
        </button>
      </div>
    </>
  );
}

/** The conversation went on in another tab. */
export function Moved() {
  return (
    <>
      <Heading>
        <Say words="movedTitle" />
      </Heading>
      <p>
        <Say words="movedText" />
      </p>
      <StartAgain />
    </>
  );
}

function StartAgain() {
  const visit = useVisit();
  return (
    <div class="row">
      <button type="button" class="button main" onClick={() => visit.end()}>
        <Say words="startAgain" />
      </button>
    </div>
  );
}
