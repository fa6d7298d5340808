// The panel of canned phrases: search, put into the reply, keep one's own. Nothing here sends.
import { useState } from 'preact/hooks';
import { useStore } from '../../store/store';
import { summaryOf, type Talk } from '../desk/state';
import { draftOf } from '../model/drafts';
import { alreadyUsed, insertPhrase, type Phrase, searchPhrases } from '../model/phrases';
import { wordFor } from '../words/say';
import { composerId, select, setMode, write } from './composer';
import { showToast, useOffice } from './office';
import { Empty, Failed } from './states';

export function Phrases({ talk }: { talk: Talk }) {
  const office = useOffice();
  const { desk, say } = office;
  const phrases = useStore(desk.store, state => state.phrases);
  const language = useStore(desk.store, state => summaryOf(state, talk.id)?.language ?? 'ja');
  const [query, setQuery] = useState('');
  if (phrases.at === 'loading') return <p class="quiet">{say('loading')}…</p>;
  if (phrases.at === 'failed') {
    return <Failed text={say('phrasesFailed')} again={() => void desk.errands.loadPhrases()} />;
  }
  const found = searchPhrases(phrases.value, query, language);
  const sent = talk.entries.flatMap(e => (e.kind === 'message' && e.role !== 'seeker' ? [e.body] : []));
  return (
    <>
      <label class="field">
        <span>{say('searchPhrases')}</span>
        <input type="search" value={query} onInput={event => setQuery(event.currentTarget.value)} />
      </label>
      {phrases.value.length === 0 && <Empty title={say('phrasesEmpty')} />}
      {phrases.value.length > 0 && found.length === 0 && <Empty title={say('phrasesNone')} />}
      <ul class="phrases">
        {found.map(phrase => (
          <PhraseItem key={phrase.id} phrase={phrase} used={alreadyUsed(phrase, sent)} id={talk.id} />
        ))}
      </ul>
      <NewPhrase language={language} />
    </>
  );
}

function PhraseItem({ phrase, used, id }: { phrase: Phrase; used: boolean; id: string }) {
  const office = useOffice();
  const { desk, say } = office;
  const [sure, setSure] = useState(false);
  const insert = () => {
    setMode(office, id, 'reply');
    const text = draftOf(office.papers.get().drafts, id, 'reply')?.text ?? '';
    const box = document.getElementById(composerId('reply')) as HTMLTextAreaElement | null;
    const put = insertPhrase(
      text,
      box?.selectionStart ?? text.length,
      box?.selectionEnd ?? text.length,
      phrase.text,
    );
    write(office, id, 'reply', put.text);
    office.focusComposer('reply', element => select(element, put.selectionStart, put.selectionEnd));
    office.announce(say('phraseInserted'));
  };
  const remove = async () => {
    const outcome = await desk.errands.deletePhrase(phrase.id);
    if (!outcome.ok) showToast(office, wordFor(say, 'error_', outcome.code, 'error_other'), 'bad');
  };
  return (
    <li class="phrase">
      <p class="phrase-head">
        <strong>{phrase.shortcut}</strong>
        <span class="tag">{say(`scope_${phrase.scope}`)}</span>
        {used && <span class="tag is-used">{say('usedBefore')}</span>}
      </p>
      <p class="phrase-text" lang={phrase.language === 'en' ? 'en' : 'ja'}>
        {phrase.text}
      </p>
      <p class="phrase-actions">
        <button
          type="button"
          class="button small"
          onClick={insert}
          aria-label={`${say('insert')} ${phrase.shortcut}`}
        >
          {say('insert')}
        </button>
        {phrase.scope === 'own' && (
          <button type="button" class="link" onClick={() => (sure ? void remove() : setSure(true))}>
            {say(sure ? 'confirmDelete' : 'deletePhrase')}
          </button>
        )}
      </p>
    </li>
  );
}

function NewPhrase({ language }: { language: string }) {
  const office = useOffice();
  const { desk, say } = office;
  const [open, setOpen] = useState(false);
  const [shortcut, setShortcut] = useState('');
  const [text, setText] = useState('');
  const [saving, setSaving] = useState(false);
  if (!open) {
    return (
      <button type="button" class="link" onClick={() => setOpen(true)}>
        {say('addPhrase')}
      </button>
    );
  }
  const done = () => {
    setOpen(false);
    setShortcut('');
    setText('');
  };
  const save = async (event: Event) => {
    event.preventDefault();
    if (saving || shortcut.trim() === '' || text.trim() === '') return;
    setSaving(true);
    const outcome = await desk.errands.addPhrase(shortcut.trim(), text.trim(), language);
    setSaving(false);
    if (outcome.ok) done();
    else showToast(office, `${say('phraseSaveFailed')}（${outcome.code}）`, 'bad');
  };
  return (
    <form class="form" onSubmit={event => void save(event)}>
      <label class="field">
        <span>{say('phraseShortcut')}</span>
        <input
          maxLength={30}
          required
          value={shortcut}
          onInput={event => setShortcut(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{say('phraseText')}</span>
        <textarea
          rows={4}
          maxLength={4000}
          required
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
        <small class="quiet">{say('phraseTextHint')}</small>
      </label>
      <p class="form-actions">
        <button type="submit" class="button main" aria-disabled={saving}>
          {say(saving ? 'saving' : 'save')}
        </button>
        <button type="button" class="button small" onClick={done}>
          {say('cancel')}
        </button>
      </p>
    </form>
  );
}
