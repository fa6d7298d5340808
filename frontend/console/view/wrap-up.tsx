// How a conversation is recorded and closed: first the outcome, then a close that names what it closes.
import { useState } from 'preact/hooks';
import { useStore } from '../../store/store';
import { summaryOf, type Talk } from '../desk/state';
import { CATEGORIES, isCategory } from '../model/categories';
import { hasDraft, withoutConversation } from '../model/drafts';
import { mayClose, problems, proposedForm, type WrapUpForm, type WrapUpStep } from '../model/wrap-up';
import { wordFor } from '../words/say';
import { Icon } from './icon';
import { codeOf, type Office, showToast, useOffice } from './office';
import { useTopicName } from './topic';

function setForm(office: Office, id: string, form: WrapUpForm | null): void {
  const forms = new Map(office.papers.get().forms);
  if (form === null) forms.delete(id);
  else forms.set(id, form);
  office.papers.patch({ forms });
}

/** What has been recorded before, else what the log suggests. */
function startingForm(talk: Talk): WrapUpForm {
  const recorded = talk.details.at === 'ready' ? talk.details.value.wrapUp : null;
  return recorded ?? proposedForm(talk.entries);
}

export function WrapUp({ talk }: { talk: Talk }) {
  const office = useOffice();
  const { desk, papers, say } = office;
  const { id } = talk;
  const status = useStore(desk.store, state => summaryOf(state, id)?.status ?? '');
  const kept = useStore(papers, ({ forms }) => forms.get(id));
  const form = kept ?? startingForm(talk);
  const [step, setStep] = useState<WrapUpStep>('editing');
  const [tried, setTried] = useState(false);
  const found = problems(form);
  const change = (part: Partial<WrapUpForm>) => {
    setForm(office, id, { ...form, ...part });
    setStep('editing');
  };

  if (status === 'closed' || status === 'abandoned') {
    return (
      <p class="done-box">
        <Icon name="none" /> {say('closedTalk')}
      </p>
    );
  }

  const save = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (found.length > 0 || step === 'saving') return;
    setStep('saving');
    const outcome = await desk.wrapUp(id, form);
    setStep(outcome.ok ? 'saved' : 'editing');
    if (outcome.ok) office.announce(say('savedWrapUp'));
    else refuse(office, 'wrapUpFailed', outcome.code);
  };

  return (
    <>
      <p class="quiet">{say('wrapUpHint')}</p>
      <form class="form" onSubmit={event => void save(event)} noValidate>
        <label class="field">
          <span>{say('category')}</span>
          <select
            value={form.category}
            aria-invalid={tried && found.includes('category')}
            aria-describedby="problem-category"
            onChange={event => {
              const { value } = event.currentTarget;
              change({ category: isCategory(value) ? value : '' });
            }}
          >
            <option value="">{say('category_choose')}</option>
            {CATEGORIES.map(category => (
              <option key={category} value={category}>
                {say(`category_${category}`)}
              </option>
            ))}
          </select>
          <Problem
            id="problem-category"
            on={tried && found.includes('category')}
            text={say('problem_category')}
          />
        </label>
        <fieldset class="field" aria-describedby="problem-established">
          <legend>{say('established')}</legend>
          {([true, false] as const).map(value => (
            <label class="choice" key={String(value)}>
              <input
                type="radio"
                name="established"
                checked={form.established === value}
                onChange={() => change({ established: value })}
              />
              {say(value ? 'established_yes' : 'established_no')}
            </label>
          ))}
          <Problem
            id="problem-established"
            on={tried && found.includes('established')}
            text={say('problem_established')}
          />
        </fieldset>
        <label class="field">
          <span>{say('wrapUpNote')}</span>
          <textarea
            rows={4}
            value={form.note}
            aria-invalid={found.includes('note_too_long')}
            aria-describedby="problem-note"
            onInput={event => change({ note: event.currentTarget.value })}
          />
          <small class="quiet">{say('wrapUpNoteHint')}</small>
          <Problem
            id="problem-note"
            on={found.includes('note_too_long')}
            text={say('problem_note_too_long')}
          />
        </label>
        <button type="submit" class="button main wide" aria-disabled={step === 'saving'}>
          {say(step === 'saving' ? 'saving' : 'saveWrapUp')}
        </button>
      </form>
      {mayClose(step, status) && <Close talk={talk} />}
    </>
  );
}

function Problem({ id, on, text }: { id: string; on: boolean; text: string }) {
  return (
    <span class="problem" id={id} role={on ? 'alert' : undefined}>
      {on ? text : ''}
    </span>
  );
}

function Close({ talk }: { talk: Talk }) {
  const office = useOffice();
  const { desk, papers, say } = office;
  const { id } = talk;
  const drafted = useStore(papers, ({ drafts }) => hasDraft(drafts, id));
  const topic = useStore(desk.store, state => summaryOf(state, id)?.topic ?? '');
  const nameOf = useTopicName();
  const [asking, setAsking] = useState(false);
  const [closing, setClosing] = useState(false);
  const close = async () => {
    if (closing) return;
    setClosing(true);
    const outcome = await desk.close(id);
    setClosing(false);
    if (!outcome.ok) return refuse(office, 'closeFailed', outcome.code);
    setForm(office, id, null);
    papers.patch({ drafts: withoutConversation(papers.get().drafts, id) });
    office.announce(say('closedTalk'));
  };
  return (
    <div class="close-box">
      <p>
        <Icon name="none" /> {say('savedWrapUp')}
      </p>
      {asking ? (
        <>
          <p class="strong">
            {say('confirmClose', { code: say('code', { code: codeOf(id) }), topic: nameOf(topic) })}
          </p>
          {drafted && (
            <p class="problem">
              <Icon name="warning" /> {say('closeWithDraft')}
            </p>
          )}
          <p class="form-actions">
            <button type="button" class="button main" aria-disabled={closing} onClick={() => void close()}>
              {say(closing ? 'closing' : 'confirmCloseYes')}
            </button>
            <button type="button" class="button small" onClick={() => setAsking(false)}>
              {say('cancel')}
            </button>
          </p>
        </>
      ) : (
        <button type="button" class="button wide" onClick={() => setAsking(true)}>
          {say('closeTalk')}
        </button>
      )}
    </div>
  );
}

function refuse(office: Office, what: 'wrapUpFailed' | 'closeFailed', code: string): void {
  const { say } = office;
  showToast(office, `${say(what)}（${wordFor(say, 'error_', code, 'error_other')}）`, 'bad');
}
