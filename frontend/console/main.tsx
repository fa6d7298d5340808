// Where the console begins: reads what the page was given, puts the desk together, draws it.
import { render } from 'preact';
import { browserSocket, browserSurroundings } from '../socket/browser';
import { onWake } from '../socket/browser-page';
import { createStore } from '../store/store';
import './console.css';
import { watchAttention } from './attend';
import { createApi } from './desk/api';
import { Desk } from './desk/desk';
import { withoutConversation } from './model/drafts';
import { loadSettings, type Settings, saveSettings } from './model/settings';
import { Sounds } from './sound';
import { applyTheme } from './theme';
import { App, type Place } from './view/app';
import { composerId } from './view/composer';
import { newPapers, type Office, type PageFacts, showToast } from './view/office';
import { consoleLanguage, sayIn } from './words/say';

function factsOf(root: HTMLElement): PageFacts {
  const {
    person,
    language,
    serves,
    supervises,
    languageUrl,
    consoleUrl,
    apiUrl,
    socketPath,
    signInUrl,
    signOutUrl,
    csrf,
  } = root.dataset;
  return {
    personName: person ?? '',
    language: consoleLanguage(language ?? 'ja'),
    serves: serves !== 'false',
    supervises: supervises === 'true',
    organisations: [...root.querySelectorAll<HTMLElement>('.own-organisations li')].map(item => ({
      id: item.dataset.id ?? '',
      name: item.textContent?.trim() ?? '',
    })),
    languageUrl: languageUrl ?? '/organisation/language/',
    consoleUrl: consoleUrl ?? '/console/',
    apiUrl: apiUrl ?? '/api/v1/',
    socketPath: socketPath ?? '/ws/v1/console/',
    signInUrl: signInUrl ?? '/accounts/login/',
    signOutUrl: signOutUrl ?? '/accounts/logout/',
    // The cookie is newer when the person signed in again in another tab.
    csrf: () => /(?:^|; )c=([^;]+)/.exec(document.cookie)?.[1] ?? csrf ?? '',
  };
}

function start(root: HTMLElement): void {
  const page = factsOf(root);
  const say = sayIn(page.language);
  const papers = newPapers();
  const settings = createStore<Settings>(loadSettings(() => localStorage));
  const sounds = new Sounds();
  const desk = new Desk({
    surroundings: browserSurroundings,
    openSocket: browserSocket(page.socketPath),
    api: createApi({ base: page.apiUrl, csrf: page.csrf, fetch: (input, init) => fetch(input, init) }),
    wallClock: () => Date.now(),
    language: page.language,
    strangerCame: () => {
      papers.set(newPapers().get());
      location.reload();
    },
    revoked: id => {
      const { drafts, modes, forms } = papers.get();
      const rest = new Map(forms);
      rest.delete(id);
      papers.set({ drafts: withoutConversation(drafts, id), modes, forms: rest });
    },
  });
  let marks = 0;
  const office: Office = {
    page,
    desk,
    say,
    language: page.language,
    papers,
    settings,
    toast: createStore<{ now: null }>({ now: null }) as Office['toast'],
    place: createStore<{ now: Place }>({ now: 'list' }),
    spoken: createStore({ text: '', mark: 0 }),
    announce: text => {
      marks += 1;
      office.spoken.set({ text, mark: marks });
    },
    testSound: () => sounds.play('conversation', settings.get().volume, true),
    focusComposer: (mode, then) => {
      if (office.place.get().now === 'context') office.place.patch({ now: 'talk' });
      requestAnimationFrame(() => {
        const box = document.getElementById(composerId(mode));
        if (!(box instanceof HTMLTextAreaElement)) return;
        box.focus();
        then?.(box);
      });
    },
  };

  settings.subscribe(value => {
    saveSettings(() => localStorage, value);
    applyTheme(value.theme);
  });
  applyTheme(settings.get().theme);
  sounds.unlockOn(document);
  watchAttention(office, sounds, document.title);
  warnBeforeLosing(office);
  onWake(() => desk.wake());
  root.replaceChildren();
  render(<App office={office} />, root);
  desk.start();
}

/** Typed text lives in this page only. */
function warnBeforeLosing(office: Office): void {
  window.addEventListener('beforeunload', event => {
    const { drafts, forms } = office.papers.get();
    const unsent = [...office.desk.store.get().talks.values()].some(talk =>
      talk.outbox.some(item => item.state !== 'stored'),
    );
    if (drafts.size === 0 && forms.size === 0 && !unsent) return;
    showToast(office, office.say('messageRemains'));
    event.preventDefault();
  });
}

const root = document.getElementById('console');
if (root) start(root);
