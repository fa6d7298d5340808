// The help-seeker's page starts here, as a page of its own and inside a frame.
import { render } from 'preact';
import { htmlLang, type Language } from '../i18n/languages';
import { marked, speaker } from '../i18n/say';
import { SeekerApi } from '../socket/api';
import { browserSocket, browserSurroundings, onWake, tabStorage } from '../socket/browser';
import { isComposing } from '../ui/enter';
import type { Tools } from './context';
import { leaveNow, watchShift } from './exit';
import { Host } from './host';
import { Memory } from './memory';
import { fullPageAddress, readPage, rememberLanguage, takeHandover } from './page';
import { Session } from './session';
import { App } from './view/app';
import { loadWords } from './words';
import '../ui/base.css';
import './widget.css';

const handedOver = takeHandover();
const root = document.getElementById('app');
if (root) void start(root);

async function start(root: HTMLElement): Promise<void> {
  const page = readPage(root);
  const memory = new Memory(tabStorage());
  if (handedOver) memory.begin(handedOver, null);
  const session = new Session({
    surroundings: browserSurroundings,
    openSocket: browserSocket('/ws/v1/seeker/'),
    api: bearer => new SeekerApi((url, init) => fetch(url, init), bearer),
    memory,
    loadParts: () => import('./conversation'),
    language: page.language,
    menu: page.menu,
    ticket: page.ticket,
  });
  const host = new Host(page.hostOrigins, focusIn);
  if (page.framed) host.listen();

  const exit = (): void =>
    leaveNow({
      url: page.exitUrl,
      forget: () => session.forget(),
      wipe: () => memory.wipe(),
      askHost: () => host.exit(page.exitUrl),
    });
  watchShift(exit);
  // The plain link works before this runs; from now on it also empties the page and revokes.
  document.getElementById('exit')?.addEventListener('click', event => {
    event.preventDefault();
    exit();
  });
  onWake(() => session.wake());

  const draw = async (language: Language): Promise<void> => {
    const words = await loadWords(language);
    if (session.state.get().language !== language) return;
    document.documentElement.lang = htmlLang(language);
    document.documentElement.dataset.language = language;
    const tools: Tools = {
      session,
      language,
      say: speaker(words),
      marked: marked(words),
      framed: page.framed,
      exitUrl: page.exitUrl,
      exit,
      speak: other => {
        rememberLanguage(other);
        session.speak(other);
        void draw(other);
      },
      minimise: () => host.tell({ type: 'close' }),
      openFullPage: () => {
        const { language: now } = session.state.get();
        window.open(fullPageAddress(now, session.handOver()), '_blank', 'noopener');
      },
      unread: count => host.tell({ type: 'unread', count }),
    };
    if (!root.dataset.drawn) root.replaceChildren();
    root.dataset.drawn = 'true';
    render(<App tools={tools} />, root);
  };

  session.begin(page.topic);
  await draw(page.language);
  setTimeout(() => session.prepare(), 1_000);
  if (page.framed) {
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !isComposing(event) && !document.querySelector('dialog[open]'))
        host.tell({ type: 'close' });
    });
  }
}

/** Into the field where one is, otherwise to the heading. */
function focusIn(): void {
  const field = document.querySelector<HTMLElement>('.composer textarea');
  (field ?? document.querySelector<HTMLElement>('main h1'))?.focus();
}
