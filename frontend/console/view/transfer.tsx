// Handing a conversation over: whom to ask and with which words, what stands open, and what others offer me.
import { useEffect, useRef, useState } from 'preact/hooks';
import { clockTime } from '../../i18n/time';
import type { BoardOffer } from '../../protocol/frames';
import { useStore } from '../../store/store';
import { Dialog } from '../../ui/dialog';
import type { Loaded, Talk } from '../desk/state';
import {
  inOrder,
  keyOf,
  lengthOf,
  minutesLeft,
  NO_FORM,
  NOTE_LIMIT,
  problemsOf,
  type Target,
} from '../model/transfer';
import { wordFor } from '../words/say';
import { Icon } from './icon';
import { codeOf, type Office, showToast, useOffice, useSecond } from './office';
import { LanguageTag } from './row';
import { Failed } from './states';
import { useTopicName } from './topic';

/** In the head of a conversation of one's own: offer it, or see how the offer stands and undo it. */
export function TransferBar({ talk }: { talk: Talk }) {
  const office = useOffice();
  const { desk, say } = office;
  const row = useStore(desk.store, state => state.board?.mine.find(mine => mine.conversation === talk.id));
  const [asking, setAsking] = useState(false);
  const open = row?.transfer ?? null;
  useReturned(office, talk.id, open !== null);
  if (!row || talk.look || talk.revoked || row.status === 'wrapped_up' || row.seeker_left) return null;
  if (open !== null) return <OpenOffer id={talk.id} to={open.to_name} expiresAt={open.expires_at} />;
  return (
    <p class="transfer-bar">
      <button type="button" class="button small" onClick={() => setAsking(true)}>
        <Icon name="outgoing" /> {say('transfer')}
      </button>
      {asking && <TransferDialog talk={talk} topic={row.topic} close={() => setAsking(false)} />}
    </p>
  );
}

function OpenOffer({ id, to, expiresAt }: { id: string; to: string; expiresAt: number }) {
  const office = useOffice();
  const { desk, say } = office;
  const offset = useStore(desk.store, state => state.offset);
  const now = useSecond() + offset;
  const undo = async () => {
    const outcome = await desk.transfers.withdraw(id);
    if (!outcome.ok) refuse(office, 'transferFailed', outcome.code);
  };
  return (
    <div class="transfer-bar is-open" role="status">
      <Icon name="outgoing" />
      <p>{say('transferOpen', { to, minutes: minutesLeft(expiresAt, now) })}</p>
      <button type="button" class="button small" onClick={() => void undo()}>
        {say('transferUndo')}
      </button>
    </div>
  );
}

/** The giver is told aloud when an offer came back unanswered or with a no. */
function useReturned(office: Office, id: string, open: boolean): void {
  const last = useStore(office.desk.store, state => {
    const told = state.talks.get(id)?.entries.filter(entry => entry.kind === 'transfer') ?? [];
    const entry = told[told.length - 1];
    return entry?.kind === 'transfer' ? entry.transfer.state : '';
  });
  const before = useRef(last);
  useEffect(() => {
    const { current } = before;
    before.current = last;
    if (current !== 'offered' || (last !== 'expired' && last !== 'declined')) return;
    showToast(office, office.say(`transfer_${last}`));
  }, [last, open]);
}

function TransferDialog({ talk, topic, close }: { talk: Talk; topic: string; close(): void }) {
  const office = useOffice();
  const { desk, say } = office;
  const [targets, again] = useTargets(talk.id, topic);
  const [form, setForm] = useState(NO_FORM);
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(false);
  const known = targets.at === 'ready' ? targets.value : [];
  const found = problemsOf(form, known);
  const offer = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    const target = known.find(row => keyOf(row) === form.target);
    if (found.length > 0 || sending || !target) return;
    setSending(true);
    const outcome = await desk.transfers.offer(talk.id, target.kind, target.id, form.note);
    setSending(false);
    if (!outcome.ok) return refuse(office, 'transferFailed', outcome.code);
    showToast(office, say(target.kind === 'topic' ? 'transferDone' : 'transferOffered', { to: target.name }));
    close();
  };
  return (
    <Dialog title={say('transferTitle', { code: say('code', { code: codeOf(talk.id) }) })} onClose={close}>
      <form class="form" onSubmit={event => void offer(event)} noValidate>
        <p class="quiet">{say('transferHint')}</p>
        {targets.at === 'loading' && <p class="quiet">{say('loading')}…</p>}
        {targets.at === 'failed' && <Failed text={say('transferTargetsFailed')} again={again} />}
        {targets.at === 'ready' && (
          <Targets
            targets={targets.value}
            chosen={form.target}
            missing={tried && found.includes('target')}
            choose={target => setForm({ ...form, target })}
          />
        )}
        <label class="field">
          <span>{say('transferNote')}</span>
          <textarea
            rows={4}
            required
            value={form.note}
            aria-invalid={tried && found.some(problem => problem !== 'target')}
            aria-describedby="transfer-note-problem"
            onInput={event => setForm({ ...form, note: event.currentTarget.value })}
          />
          <small class="quiet">
            {say('transferNoteHint')} {say('characters', { count: lengthOf(form.note), limit: NOTE_LIMIT })}
          </small>
          <span class="problem" id="transfer-note-problem" role={tried ? 'alert' : undefined}>
            {tried && found.includes('note_empty') ? say('problem_note_empty') : ''}
            {found.includes('note_too_long') ? say('problem_note_too_long') : ''}
          </span>
        </label>
        <p class="form-actions">
          <button type="submit" class="button main" aria-disabled={sending}>
            {say(sending ? 'sending' : 'transferOffer')}
          </button>
          <button type="button" class="button" onClick={close}>
            {say('cancel')}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** Whom the service names, and the other topics; asked once when the sheet opens. */
function useTargets(id: string, topic: string): [Loaded<readonly Target[]>, () => void] {
  const { desk } = useOffice();
  const names = useStore(desk.store, state => state.topicNames);
  const [loaded, setLoaded] = useState<Loaded<readonly Target[]>>({ at: 'loading' });
  const load = () => {
    setLoaded({ at: 'loading' });
    void desk.transfers.targets(id).then(setLoaded);
  };
  useEffect(load, [id]);
  if (loaded.at !== 'ready') return [loaded, load];
  const topics = [...names]
    .filter(([slug]) => slug !== topic)
    .map(([slug, { name }]): Target => ({ kind: 'topic', id: slug, name, organisation: '', free: null }));
  return [{ at: 'ready', value: inOrder([...loaded.value, ...topics]) }, load];
}

interface TargetsProps {
  targets: readonly Target[];
  chosen: string;
  missing: boolean;
  choose(key: string): void;
}

function Targets({ targets, chosen, missing, choose }: TargetsProps) {
  const { say } = useOffice();
  return (
    <>
      {(['person', 'organisation', 'topic'] as const).map(kind => {
        const rows = targets.filter(target => target.kind === kind);
        if (rows.length === 0 && kind !== 'person') return null;
        return (
          <fieldset class="field targets" key={kind}>
            <legend>{say(`transferTo_${kind}`)}</legend>
            {rows.length === 0 && <p class="quiet">{say('transferNobody')}</p>}
            {rows.map(target => (
              <label class="choice" key={keyOf(target)}>
                <input
                  type="radio"
                  name="transfer-target"
                  checked={chosen === keyOf(target)}
                  onChange={() => choose(keyOf(target))}
                />
                <span>{target.name}</span>
                {target.organisation && <span class="quiet">{target.organisation}</span>}
                {target.free !== null && (
                  <span class="tag">{say('transferFree', { free: target.free })}</span>
                )}
              </label>
            ))}
          </fieldset>
        );
      })}
      <span class="problem" role={missing ? 'alert' : undefined}>
        {missing ? say('problem_target') : ''}
      </span>
    </>
  );
}

const NO_OFFERS: readonly BoardOffer[] = [];

/** What others offer me, at the top of the left pane. */
export function Offers() {
  const { desk, say } = useOffice();
  const offers = useStore(desk.store, state => state.board?.offers ?? NO_OFFERS);
  if (offers.length === 0) return null;
  return (
    <section class="list offers" aria-labelledby="offers-title">
      <h2 id="offers-title">
        {say('offers')} <span class="count">{offers.length}</span>
      </h2>
      <ul class="offer-rows">
        {offers.map(offer => (
          <OfferRow key={offer.id} offer={offer} />
        ))}
      </ul>
    </section>
  );
}

function OfferRow({ offer }: { offer: BoardOffer }) {
  const office = useOffice();
  const { desk, say, language } = office;
  const offset = useStore(desk.store, state => state.offset);
  const now = useSecond() + offset;
  const nameOf = useTopicName();
  const [busy, setBusy] = useState(false);
  const answer = async (yes: boolean) => {
    if (busy) return;
    setBusy(true);
    const outcome = await (yes
      ? desk.acceptTransfer(offer.conversation)
      : desk.transfers.decline(offer.conversation));
    setBusy(false);
    if (!outcome.ok) return refuse(office, 'transferFailed', outcome.code);
    if (!yes) return;
    office.place.patch({ now: 'talk' });
    office.announce(say('accepted'));
  };
  return (
    <li class="offer">
      <p class="row-head">
        <span class="row-topic">{nameOf(offer.topic)}</span>
        <LanguageTag language={offer.language} />
        <span class="tag is-due">{say('offerLeft', { minutes: minutesLeft(offer.expires_at, now) })}</span>
      </p>
      <p class="quiet">
        {say('offerFrom', { name: offer.from.name, organisation: offer.from.organisation })}
        {' · '}
        {say('offerLength', { count: offer.length })}
        {offer.accepted_at !== null &&
          ` · ${say('offerSince', { time: clockTime(offer.accepted_at, language) })}`}
      </p>
      <p class="bubble is-noted">{offer.note}</p>
      <p class="form-actions">
        <button
          type="button"
          class="button main small"
          aria-disabled={busy}
          onClick={() => void answer(true)}
        >
          {say('offerAccept')}
        </button>
        {offer.to_kind === 'person' && (
          <button type="button" class="button small" aria-disabled={busy} onClick={() => void answer(false)}>
            {say('offerDecline')}
          </button>
        )}
      </p>
    </li>
  );
}

function refuse(office: Office, what: 'transferFailed', code: string): void {
  const { say } = office;
  const known = ['at_capacity', 'not_available'].includes(code);
  const why = wordFor(say, known ? 'refusal_' : 'error_', code, 'error_other');
  showToast(office, `${say(what)}（${why}）`, 'bad');
}
