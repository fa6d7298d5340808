// One script on an organisation's page: a launcher, and after a press the service in a frame. Before that it asks the
// service for nothing, and never does it read the page it stands on.
//
//   <script async src="https://…/embed/v1.js" data-organisation="minami" data-topic="loneliness" data-lang="ja">
//   window.tomoshibi = window.tomoshibi || []; tomoshibi.push(['open']);   (also before this script has come)

type Command = [name: 'open', topic?: string] | [name: 'close'] | [name: 'destroy'];
interface Queue {
  push(...commands: Command[]): unknown;
}

const LABELS: Record<string, [open: string, close: string, news: string, frame: string]> = {
  ja: ['相談する', '閉じる', '新着', '相談の画面'],
  en: ['Talk to us', 'Close', 'new', 'Conversation'],
  'ja-easy': ['はなす', 'とじる', 'あたらしい', 'はなしの がめん'],
};

const STYLE = `
:host{all:initial}
button{position:fixed;z-index:2147483647;bottom:16px;right:16px;min-width:44px;min-height:44px;padding:10px 18px;
font:600 16px/1.5 system-ui,sans-serif;color:#fff;background:#8a4b12;border:2px solid #fff;border-radius:24px;cursor:pointer}
button:focus-visible{outline:4px solid #1a1714;box-shadow:0 0 0 8px #ffd43d}
.left{right:auto;left:16px}
iframe{position:fixed;z-index:2147483646;bottom:76px;right:16px;width:400px;height:min(680px,calc(100% - 92px));
border:1px solid #8a8074;border-radius:16px;background:#f6f3ee;color-scheme:normal}
[hidden]{display:none!important}
@media(prefers-color-scheme:dark){button{color:#1b1917;background:#f0b56b;border-color:#1b1917}iframe{background:#1b1917}}
@media(max-width:479px),(max-height:479px){iframe,iframe.left{inset:0;width:100%;height:100%;border:0;border-radius:0}
.open{display:none}}
`;

function start(script: HTMLScriptElement, host: Window & { tomoshibi?: unknown }): void {
  const { organisation, topic, lang, label, position } = script.dataset;
  if (!organisation) return;
  const service = new URL(script.src).origin;
  const language = lang && LABELS[lang] ? lang : 'ja';
  const [openLabel, closeLabel, news, frameTitle] = LABELS[language] as [string, string, string, string];
  const side = position === 'left' ? 'left' : '';

  const element = document.createElement('tomoshibi-widget');
  const shadow = element.attachShadow({ mode: 'closed' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];

  const launcher = document.createElement('button');
  launcher.type = 'button';
  shadow.append(launcher);

  let frame: HTMLIFrameElement | null = null;
  let port: MessagePort | null = null;
  let shown = false;
  let unread = 0;

  const draw = (): void => {
    const words = label || openLabel;
    launcher.textContent = shown ? closeLabel : unread ? `${words}（${news} ${unread}）` : words;
    launcher.className = `${side} ${shown ? 'open' : ''}`;
    launcher.setAttribute('aria-expanded', String(shown));
    if (frame) frame.hidden = !shown;
  };

  const exit = (): void => {
    document.title = '\u200b';
    document.documentElement.replaceChildren();
  };

  const receive = (data: unknown): void => {
    const message = data as { type?: string; count?: number; url?: string };
    if (message.type === 'close') close();
    if (message.type === 'unread') {
      unread = Number(message.count) || 0;
      draw();
    }
    if (message.type === 'exit' && /^https?:\/\//.test(message.url ?? '')) {
      exit();
      location.replace(message.url as string);
    }
  };

  const connect = (): void => {
    const target = frame?.contentWindow;
    if (!target) return;
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = event => receive(event.data);
    target.postMessage({ type: 'tomoshibi' }, service, [channel.port2]);
    if (shown) port.postMessage({ type: 'shown' });
  };

  const build = (about: string | undefined): HTMLIFrameElement => {
    const made = document.createElement('iframe');
    const chosen = about ? `&topic=${encodeURIComponent(about)}` : '';
    made.src = `${service}/embed/${encodeURIComponent(organisation)}/?lang=${language}${chosen}`;
    made.title = frameTitle;
    made.allow = '';
    made.referrerPolicy = 'no-referrer';
    made.className = side;
    made.setAttribute(
      'sandbox',
      'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation',
    );
    made.onload = connect;
    shadow.append(made);
    return made;
  };

  const open = (about?: string): void => {
    frame ??= build(about ?? topic);
    shown = true;
    draw();
    frame.focus();
    port?.postMessage({ type: 'shown' });
  };
  const close = (): void => {
    shown = false;
    draw();
    launcher.focus();
  };

  launcher.onclick = () => (shown ? close() : open());
  shadow.addEventListener('keydown', event => {
    if ((event as KeyboardEvent).key === 'Escape' && shown) close();
  });
  draw();

  const run = (command: Command): void => {
    if (command[0] === 'open') open(command[1]);
    else if (command[0] === 'close') close();
    else if (command[0] === 'destroy') element.remove();
  };
  const before = Array.isArray(host.tomoshibi) ? (host.tomoshibi as Command[]) : [];
  host.tomoshibi = { push: (...commands) => commands.forEach(run) } satisfies Queue;

  const place = (): void => {
    document.body.append(element);
    before.forEach(run);
  };
  if (document.body) place();
  else document.addEventListener('DOMContentLoaded', place);
}

if (document.currentScript instanceof HTMLScriptElement) start(document.currentScript, window);
