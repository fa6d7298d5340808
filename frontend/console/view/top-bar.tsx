// Does the line hold, who am I, and where are help and settings? The strip above the three panes.
import { useState } from 'preact/hooks';
import { CLOSE } from '../../protocol/frames';
import { useStore } from '../../store/store';
import type { WordKey } from '../words/ja';
import { Help, SettingsDialog } from './dialogs';
import { Icon } from './icon';
import { clockSeconds, useOffice } from './office';

export function TopBar() {
  const { desk, say, page } = useOffice();
  const name = useStore(desk.store, state => state.person?.name ?? page.personName);
  const [open, setOpen] = useState<'help' | 'settings' | null>(null);
  return (
    <header class="top">
      <h1 class="brand">
        <Icon name="lamp" />
        <span>{say('console')}</span>
      </h1>
      <LineBadge />
      <div class="top-end">
        <button type="button" class="button bare small" onClick={() => setOpen('help')}>
          <span aria-hidden="true">?</span> <span class="only-wide">{say('help')}</span>
          <span class="unseen only-narrow-text">{say('help')}</span>
        </button>
        <button type="button" class="button bare small" onClick={() => setOpen('settings')}>
          <Icon name="gear" /> <span class="only-wide">{say('menu')}</span>
          <span class="unseen only-narrow-text">{say('menu')}</span>
        </button>
        <span class="person only-wide">{name}</span>
        <form class="only-wide" method="post" action={page.signOutUrl}>
          <input type="hidden" name="csrfmiddlewaretoken" value={page.csrf()} />
          <button type="submit" class="button bare small">
            {say('signOut')}
          </button>
        </form>
      </div>
      {open === 'help' && <Help close={() => setOpen(null)} />}
      {open === 'settings' && <SettingsDialog name={name} close={() => setOpen(null)} />}
    </header>
  );
}

/** Live, catching up or offline, in words; and since when the picture may be old. */
function LineBadge() {
  const { desk, say, language } = useOffice();
  const line = useStore(desk.store, state => state.line);
  const inStepAt = useStore(desk.store, state => (state.line === 'live' ? null : state.inStepAt));
  const words = {
    connecting: 'connecting',
    catching_up: 'catchingUp',
    live: 'live',
    polling: 'polling',
    offline: 'offline',
    stopped: 'offline',
  } as const;
  const icons = {
    connecting: 'catching_up',
    catching_up: 'catching_up',
    live: 'live',
    polling: 'catching_up',
    offline: 'offline',
    stopped: 'offline',
  } as const;
  return (
    <p class={`line-badge is-${line}`} role="status">
      <Icon name={icons[line]} />
      <span>{say(words[line])}</span>
      {inStepAt !== null && line !== 'connecting' && (
        <span class="line-since">{say('lastSync', { time: clockSeconds(inStepAt, language) })}</span>
      )}
    </p>
  );
}

/** The connection has ended for good: why, and what to do. The drafts stay where they are. */
export function Stopped() {
  const { desk, say, page } = useOffice();
  const line = useStore(desk.store, state => state.line);
  const code = useStore(desk.store, state => state.stopCode);
  if (line !== 'stopped') return null;
  const why: Readonly<Record<number, WordKey>> = {
    [CLOSE.badBearer]: 'stoppedSignedOut',
    [CLOSE.rightsGone]: 'stoppedRights',
    [CLOSE.versionUnknown]: 'stoppedVersion',
  };
  return (
    <div class="stopped" role="alert">
      <Icon name="warning" />
      <p>{say((why[code] ?? 'stoppedOther') as 'stoppedOther')}</p>
      <p class="form-actions">
        {code === CLOSE.badBearer && (
          <a class="button small" href={page.signInUrl} target="_blank" rel="noopener">
            {say('signInAgain')}
          </a>
        )}
        {code === CLOSE.versionUnknown || code === CLOSE.rightsGone ? (
          <button type="button" class="button small" onClick={() => location.reload()}>
            {say('reload')}
          </button>
        ) : (
          <button type="button" class="button small" onClick={() => desk.reconnect()}>
            {say('reconnect')}
          </button>
        )}
      </p>
    </div>
  );
}
