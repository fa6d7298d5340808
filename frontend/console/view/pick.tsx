// A supervisor takes somebody out of order: for whom, and why?
import { useEffect, useState } from 'preact/hooks';
import type { BoardWaiting } from '../../protocol/frames';
import { Dialog } from '../../ui/dialog';
import type { Loaded } from '../desk/state';
import { isFree, REASON_LIMIT, readTakers, type Taker, whyNotPick } from '../model/takers';
import { wordFor } from '../words/say';
import { showToast, useOffice } from './office';
import { Empty, Failed } from './states';
import { useTopicName } from './topic';

export function Pick({ row, close }: { row: BoardWaiting; close(): void }) {
  const office = useOffice();
  const { desk, say } = office;
  const nameOf = useTopicName();
  const [takers, setTakers] = useState<Loaded<readonly Taker[]>>({ at: 'loading' });
  const load = async () => {
    setTakers({ at: 'loading' });
    const outcome = await desk.errands.loadTakers(row.conversation);
    setTakers(
      outcome.ok ? { at: 'ready', value: readTakers(outcome.value) } : { at: 'failed', code: outcome.code },
    );
  };
  useEffect(() => void load(), [row.conversation]);
  return (
    <Dialog title={say('pickTitle', { topic: nameOf(row.topic) })} onClose={close}>
      <p class="quiet">{say('pickHint')}</p>
      {takers.at === 'loading' && <p class="quiet">{say('loading')}…</p>}
      {takers.at === 'failed' && (
        <Failed text={wordFor(say, 'pickFailed_', takers.code, 'pickFailed')} again={() => void load()} />
      )}
      {takers.at === 'ready' && takers.value.length === 0 && (
        <Empty title={say('pickNobody')} hint={say('pickNobodyHint')} />
      )}
      {takers.at === 'ready' && takers.value.length > 0 ? (
        <PickForm row={row} takers={takers.value} close={close} />
      ) : (
        <p class="form-actions">
          <button type="button" class="button" onClick={close}>
            {say('close')}
          </button>
        </p>
      )}
    </Dialog>
  );
}

interface FormProps {
  row: BoardWaiting;
  takers: readonly Taker[];
  close(): void;
}

function PickForm({ row, takers, close }: FormProps) {
  const office = useOffice();
  const { desk, say } = office;
  const [taker, setTaker] = useState(takers.find(isFree)?.id ?? '');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const missing = whyNotPick(taker, reason);
  const give = async (event: Event) => {
    event.preventDefault();
    if (busy || missing !== null) return;
    setBusy(true);
    const outcome = await desk.errands.takeOutOfOrder(row.conversation, taker, reason.trim());
    setBusy(false);
    if (outcome.ok) {
      showToast(office, say('picked', { name: takers.find(({ id }) => id === taker)?.name ?? '' }));
      close();
    } else showToast(office, wordFor(say, 'pickFailed_', outcome.code, 'pickFailed'), 'bad');
  };
  return (
    <form class="form" onSubmit={event => void give(event)}>
      <label class="field">
        <span>{say('pickFor')}</span>
        <select value={taker} required onChange={event => setTaker(event.currentTarget.value)}>
          <option value="" disabled>
            {say('pickChoose')}
          </option>
          {takers.map(each => (
            <option key={`${each.id} ${each.organisation}`} value={each.id} disabled={!isFree(each)}>
              {each.name} · {each.organisation} ({each.load}/{each.capacity})
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{say('pickReason')}</span>
        <textarea
          rows={3}
          maxLength={REASON_LIMIT * 2}
          required
          value={reason}
          onInput={event => setReason(event.currentTarget.value)}
        />
        <small class="quiet">{say('pickReasonHint')}</small>
      </label>
      <p class="form-actions">
        <button type="button" class="button" onClick={close}>
          {say('cancel')}
        </button>
        <button type="submit" class="button main" aria-disabled={busy || missing !== null}>
          {say('pickDo')}
        </button>
      </p>
    </form>
  );
}
