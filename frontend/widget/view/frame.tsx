// What stays in the same place on every stage: name and languages above, telephone lines and the exit below.
import { htmlLang, LANGUAGE_NAMES, LANGUAGES, type Language } from '../../i18n/languages';
import { useStore } from '../../store/store';
import { useTools } from '../context';
import { phoneLines } from '../menu';
import { Phones, Say } from './parts';

const SHORT: Record<Language, string> = { ja: '日本語', 'ja-easy': 'やさしい', en: 'EN' };

export function Header() {
  const { say, language, speak, framed, minimise } = useTools();
  return (
    <header class="head">
      <p class="name">{say('name')}</p>
      <nav aria-label={say('languages')}>
        <ul class="languages">
          {LANGUAGES.map(other => (
            <li key={other}>
              <a
                href={`?lang=${other}`}
                lang={htmlLang(other)}
                aria-label={other === 'en' ? `${SHORT.en} (${LANGUAGE_NAMES.en})` : LANGUAGE_NAMES[other]}
                aria-current={other === language ? 'true' : undefined}
                onClick={event => {
                  event.preventDefault();
                  speak(other);
                }}
              >
                {SHORT[other]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {framed && (
        <button type="button" class="button bare minimise" aria-label={say('minimise')} onClick={minimise}>
          <span aria-hidden="true">—</span>
        </button>
      )}
    </header>
  );
}

/** `open` shows the lines in the flow of the page; `closed` lets them open above the bar. */
export function Footer() {
  const { front, exit, exitUrl } = useTools();
  const phones = useStore(front.state, state => state.phones);
  const menu = useStore(front.state, state => state.menu);
  const topic = useStore(front.state, state => state.topic);
  const lines = phoneLines(menu, topic);
  return (
    <footer class="foot">
      {phones !== 'none' && lines.length > 0 && (
        <details id="phones" open={phones === 'open'} key={phones}>
          <summary>
            <Say words="phones" />
          </summary>
          <Phones lines={lines} />
        </details>
      )}
      <a
        id="exit"
        class="button"
        href={exitUrl}
        rel="nofollow noreferrer"
        onClick={event => {
          event.preventDefault();
          exit();
        }}
      >
        <Say words="exit" />
      </a>
    </footer>
  );
}
