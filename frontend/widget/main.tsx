// The help-seeker's page starts here, as a page of its own and inside a frame.
import { render } from 'preact';
import { htmlLang, type Language } from '../i18n/languages';
import { marked, speaker } from '../i18n/say';
import { onWake, tabStorage } from '../socket/browser-page';
import { isComposing } from '../ui/enter';
import type { Tools } from './context';
import { leaveNow, watchShift } from './exit';
import { Front } from './front';
import { Host } from './host';
import { fullPageAddress, readPage, rememberLanguage, takeHandover } from './page';
import { bearerOf, hasTrace, revoke, wipeTrace } from './trace';
import { App } from './view/app';
import { loadWords } from './words';
import '../ui/base.css';
import './widget.css';

const handedOver = takeHandover();
const root = document.getElementById('app');
if (root) void start(root);

async function start(root: HTMLElement): Promise<void> {
  const page = readPage(root);
  const store = tabStorage();
  const front = new Front({
    language: page.language,
    menu: page.menu,
    loadParts: () => import('./parts'),
    startVisit: (parts, self) => parts.startVisit(self, store, page.ticket, handedOver),
  });
  const host = new Host(page.hostOrigins, focusIn);
  if (page.framed) host.listen();

  const exit = (): void =>
    leaveNow({
      url: page.exitUrl,
      forget: () => {
        const { visit } = front.state.get();
        visit?.stop();
        const bearer = visit?.bearer ?? handedOver ?? bearerOf(store);
        if (bearer) revoke(bearer);
      },
      wipe: () => wipeTrace(store),
      askHost: () => host.exit(page.exitUrl),
    });
  watchShift(exit);
  // The plain link works before this runs; from now on it also empties the page and revokes.
  document.getElementById('exit')?.addEventListener('click', event => {
    event.preventDefault();
    exit();
  });
  onWake(() => front.state.get().visit?.wake());

  const draw = async (language: Language): Promise<void> => {
    const words = await loadWords(language);
    if (front.state.get().language !== language) return;
    document.documentElement.lang = htmlLang(language);
    document.documentElement.dataset.language = language;
    const tools: Tools = {
      front,
      language,
      say: speaker(words),
      marked: marked(words),
      framed: page.framed,
      exitUrl: page.exitUrl,
      exit,
      speak: other => {
        rememberLanguage(other);
        front.speak(other);
        void draw(other);
      },
      minimise: () => host.tell({ type: 'close' }),
      openFullPage: () => {
        const { language: now, visit } = front.state.get();
        window.open(fullPageAddress(now, visit?.handOver() ?? null), '_blank', 'noopener');
      },
      unread: count => host.tell({ type: 'unread', count }),
    };
    if (!root.dataset.drawn) root.replaceChildren();
    root.dataset.drawn = 'true';
    render(<App tools={tools} />, root);
  };

  if (handedOver || hasTrace(store)) front.resume();
  else if (page.topic && page.menu?.topics.some(({ id, open }) => id === page.topic && open))
    front.choose(page.topic);
  else setTimeout(() => front.prepare(), 300);
  if (!page.menu) void front.loadMenu();
  await draw(page.language);

  if (page.framed) {
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !isComposing(event) && !document.querySelector('dialog[open]'))
        host.tell({ type: 'close' });
    });
  }
}

/** Into the field where one is, otherwise to the heading; once the frame is drawn, because before it takes no focus. */
function focusIn(): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>('.composer textarea');
    (field ?? document.querySelector<HTMLElement>('main h1'))?.focus();
  });
}
