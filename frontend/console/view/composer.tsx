// Where a reply or a note is written. The two never share a text, a key press or an address.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Entry } from '../../protocol/frames';
import { makeCid } from '../../protocol/secrets';
import { bodyProblem, codePoints, normaliseBody, withoutControls } from '../../protocol/text';
import { useStore } from '../../store/store';
import { isComposing } from '../../ui/enter';
import type { Talk } from '../desk/state';
import { draftOf, type Mode, rebased, withDraft } from '../model/drafts';
import { unseenByDraft } from '../model/guard';
import { sends } from '../model/keys';
import { insertPhrase, openBlanks, type Phrase } from '../model/phrases';
import { wordFor } from '../words/say';
import { Icon } from './icon';
import { AskMoment } from './moment';
import { MOD, type Office, showToast, useOffice } from './office';
import { SlashList, useSlash } from './slash';

export const composerId = (mode: Mode) => `composer-${mode}`;

export function setMode(office: Office, id: string, mode: Mode): void {
  office.papers.patch({ modes: new Map(office.papers.get().modes).set(id, mode) });
}

export function write(office: Office, id: string, mode: Mode, text: string): void {
  const talk = office.desk.store.get().talks.get(id);
  const head = talk?.entries[talk.entries.length - 1]?.seq ?? 0;
  office.papers.patch({ drafts: withDraft(office.papers.get().drafts, id, mode, text, head) });
  if (mode === 'reply') office.desk.wrote(id, text !== '');
}

export function Composer({ talk, language }: { talk: Talk; language: string }) {
  const office = useOffice();
  const { say } = office;
  const { id } = talk;
  const mode = useStore(office.papers, papers => papers.modes.get(id) ?? 'reply');
  if (talk.status === 'closed' || talk.status === 'abandoned') {
    return <p class="composer-closed">{say('closedComposer')}</p>;
  }
  return (
    <section
      class={`desk-composer is-${mode}`}
      aria-label={say(mode === 'note' ? 'noteLabel' : 'replyLabel')}
    >
      <div class="modes">
        {(['reply', 'note'] as const).map(choice => (
          <button
            key={choice}
            type="button"
            class={`mode is-${choice}`}
            aria-pressed={mode === choice}
            onClick={() => {
              setMode(office, id, choice);
              office.focusComposer(choice);
            }}
          >
            <Icon name={choice === 'note' ? 'lock' : 'reply'} />
            {say(choice === 'note' ? 'noteMode' : 'reply')}
            <OtherDraft id={id} mode={choice} />
          </button>
        ))}
        <AskMoment talk={talk} />
        {mode === 'note' && <strong class="note-warning">{say('noteLabel')}</strong>}
      </div>
      <Writing key={`${id}/${mode}`} talk={talk} mode={mode} language={language} />
    </section>
  );
}

function OtherDraft({ id, mode }: { id: string; mode: Mode }) {
  const { papers, say } = useOffice();
  const drafted = useStore(papers, ({ drafts }) => draftOf(drafts, id, mode) !== null);
  return drafted ? (
    <span class="dot">
      <span class="unseen">{say('draft')}</span>
    </span>
  ) : null;
}

/** Made anew for each conversation and mode, so a key press can only mean the text it was pressed in. */
function Writing({ talk, mode, language }: { talk: Talk; mode: Mode; language: string }) {
  const office = useOffice();
  const { desk, papers, settings, say } = office;
  const { id } = talk;
  const box = useRef<HTMLTextAreaElement>(null);
  const draft = useStore(papers, ({ drafts }) => draftOf(drafts, id, mode));
  const habits = useStore(settings, value => value);
  const limit = useStore(desk.store, state => state.limits.body);
  const line = useStore(desk.store, state => state.line);
  const [guard, setGuard] = useState<readonly Entry[]>([]);
  const [blanksShown, setBlanksShown] = useState(false);
  const [keeping, setKeeping] = useState(false);
  const noteCid = useRef<{ text: string; cid: string } | null>(null);
  const slash = useSlash(language);
  const text = draft?.text ?? '';
  const body = normaliseBody(text);
  const length = codePoints(body);
  const problem = text === '' || body === '' ? null : bodyProblem(body, limit);
  const blanks = openBlanks(text);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text]);

  const change = (value: string) => {
    write(office, id, mode, value);
    setBlanksShown(false);
    if (value === '') setGuard([]);
  };

  const sendReply = () => {
    if (draft === null || body === '' || problem) return;
    const isOurs = (entry: Entry) => entry.role !== 'seeker' && entry.role !== 'system';
    const unseen = unseenByDraft(draft, mode, talk.entries, isOurs);
    const head = talk.entries[talk.entries.length - 1]?.seq ?? 0;
    if (unseen.length > 0) {
      papers.patch({ drafts: rebased(papers.get().drafts, id, mode, head) });
      setGuard(unseen);
      office.announce(`${say('guardTitle', { count: unseen.length })} ${say('guardHint')}`);
      return;
    }
    if (blanks.length > 0 && !blanksShown) {
      setBlanksShown(true);
      office.announce(say('blanks', { blanks: blanks.join(' ') }));
      return;
    }
    desk.say(id, body);
    setGuard([]);
    setBlanksShown(false);
    write(office, id, mode, '');
  };

  const keepNote = async () => {
    if (body === '' || problem || keeping) return;
    if (noteCid.current?.text !== body) noteCid.current = { text: body, cid: makeCid() };
    setKeeping(true);
    const outcome = await desk.errands.keepNote(id, noteCid.current.cid, body);
    setKeeping(false);
    if (outcome.ok) {
      noteCid.current = null;
      const now = draftOf(papers.get().drafts, id, 'note');
      if (now && normaliseBody(now.text) === body) write(office, id, 'note', '');
    } else {
      const why = wordFor(say, 'error_', outcome.code, 'error_other');
      showToast(office, `${say('noteFailed')}（${why}）`, 'bad');
    }
  };

  const send = () => (mode === 'note' ? void keepNote() : sendReply());

  const insert = (phrase: Phrase) => {
    const element = box.current;
    if (!element || !slash.open) return;
    const put = insertPhrase(text, slash.open.from, slash.open.to, phrase.text);
    change(put.text);
    slash.close();
    select(element, put.selectionStart, put.selectionEnd);
    office.announce(say('phraseInserted'));
  };

  const keydown = (event: KeyboardEvent) => {
    if (slash.open && !isComposing(event) && slash.key(event, insert)) {
      event.preventDefault();
      return;
    }
    if (!sends(event, habits.sendKey)) return;
    event.preventDefault();
    send();
  };

  const hint = mode === 'note' ? 'Note' : '';
  const keyHint = habits.sendKey === 'alone' ? (`keyEnter${hint}` as const) : (`keyMod${hint}` as const);
  return (
    <div class="writing">
      {guard.length > 0 && (
        <div class="guard">
          <p class="guard-title">
            <Icon name="warning" /> {say('guardTitle', { count: guard.length })}
          </p>
          <ul>
            {guard.slice(-3).map(entry => (
              <li key={entry.seq} lang={language}>
                {entry.kind === 'message' ? entry.body : ''}
              </li>
            ))}
          </ul>
          <p>{say('guardHint')}</p>
        </div>
      )}
      {slash.open && <SlashList found={slash.found} active={slash.active} insert={insert} />}
      <textarea
        ref={box}
        id={composerId(mode)}
        class="box"
        rows={2}
        value={text}
        lang={mode === 'reply' ? language : undefined}
        aria-label={say(mode === 'note' ? 'noteLabel' : 'replyLabel')}
        aria-describedby="composer-hint"
        aria-autocomplete="list"
        aria-controls={slash.open ? 'slash-list' : undefined}
        aria-activedescendant={slash.open && slash.found.length > 0 ? `slash-${slash.active}` : undefined}
        placeholder={say(mode === 'note' ? 'notePlaceholder' : 'replyPlaceholder')}
        onInput={event => {
          change(event.currentTarget.value);
          slash.look(event.currentTarget.value, event.currentTarget.selectionStart);
        }}
        onKeyDown={keydown}
        onBlur={() => {
          slash.close();
          if (mode === 'reply') desk.wrote(id, false);
        }}
      />
      <div class="composer-foot">
        <p class="hint" id="composer-hint">
          {problem ? (
            <span class="problem" role="alert">
              {wordFor(say, '', problem, 'error_other').replace('{limit}', String(limit))}{' '}
              {problem === 'body_control_character' && (
                <button type="button" class="link" onClick={() => change(withoutControls(text))}>
                  {say('removeControls')}
                </button>
              )}
            </span>
          ) : blanks.length > 0 ? (
            <span class="problem is-mild">{say('blanks', { blanks: blanks.join(' ') })}</span>
          ) : line === 'offline' || line === 'stopped' ? (
            <span>{say('offlineHint')}</span>
          ) : (
            <span class="key-hint">{say(keyHint, { mod: MOD })}</span>
          )}
        </p>
        {length > limit * 0.8 && (
          <span class={`number ${length > limit ? 'problem' : ''}`}>
            {say('characters', { count: length, limit })}
          </span>
        )}
        <button
          type="button"
          class={mode === 'note' ? 'button send is-note' : 'button main send'}
          aria-disabled={body === '' || problem !== null || keeping}
          onClick={() => {
            send();
            box.current?.focus();
          }}
        >
          {mode === 'note' && <Icon name="lock" />}
          {say(
            mode === 'note'
              ? keeping
                ? 'keepingNote'
                : 'keepNote'
              : guard.length > 0 || blanksShown
                ? 'guardSend'
                : 'send',
          )}
        </button>
      </div>
    </div>
  );
}

/** After the new text is on the page, the blank to fill is selected. */
export function select(element: HTMLTextAreaElement, start: number, end: number): void {
  requestAnimationFrame(() => {
    element.focus();
    element.setSelectionRange(start, end);
  });
}
