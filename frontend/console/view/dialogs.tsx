// Which keys and signs are there, and how do I like to work? The two sheets over the console.

import { useStore } from '../../store/store';
import { Dialog } from '../../ui/dialog';
import { SHORTCUTS } from '../model/keys';
import type { Settings, Theme } from '../model/settings';
import { Icon } from './icon';
import { MOD, useOffice } from './office';

export function Help({ close }: { close(): void }) {
  const { say, settings } = useOffice();
  const habits = useStore(settings, value => value);
  const alone = habits.sendKey === 'alone';
  return (
    <Dialog title={say('helpTitle')} onClose={close}>
      <dl class="keys">
        {SHORTCUTS.map(({ command, label }) => (
          <div key={command}>
            <dt>
              <kbd>{label}</kbd>
            </dt>
            <dd>{say(`key_${command}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>{alone ? 'Enter' : `${MOD}+Enter`}</kbd>
          </dt>
          <dd>{say('key_send')}</dd>
        </div>
        <div>
          <dt>
            <kbd>{alone ? 'Shift+Enter' : 'Enter'}</kbd>
          </dt>
          <dd>{say('key_newline')}</dd>
        </div>
        <div>
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>{say('key_slash')}</dd>
        </div>
      </dl>
      <h3>{say('legend')}</h3>
      <ul class="legend">
        <li class="wait is-calm">
          <Icon name="calm" /> {say('wait_calm')} <span class="quiet">{say('legendCalm')}</span>
        </li>
        <li class="wait is-amber">
          <Icon name="amber" /> {say('wait_amber')} <span class="quiet">{say('legendAmber')}</span>
        </li>
        <li class="wait is-red">
          <Icon name="red" /> {say('wait_red')} <span class="quiet">{say('legendRed')}</span>
        </li>
      </ul>
      <p class="form-actions">
        <button type="button" class="button" onClick={close}>
          {say('close')}
        </button>
      </p>
    </Dialog>
  );
}

export function SettingsDialog({ name, close }: { name: string; close(): void }) {
  const { say, settings, page } = useOffice();
  const habits = useStore(settings, value => value);
  const set = (part: Partial<Settings>) => settings.patch(part);
  return (
    <Dialog title={say('settings')} onClose={close}>
      <Choice
        legend={say('sendKey')}
        name="send-key"
        value={habits.sendKey}
        options={[
          ['with-modifier', say('sendKeyMod', { mod: MOD })],
          ['alone', say('sendKeyEnter')],
        ]}
        pick={sendKey => set({ sendKey })}
      />
      <label class="choice">
        <input
          type="checkbox"
          checked={habits.shortcuts}
          onChange={event => set({ shortcuts: event.currentTarget.checked })}
        />
        {say('shortcuts')}
      </label>
      <SoundSettings habits={habits} set={set} />
      <Choice<Theme>
        legend={say('theme')}
        name="theme"
        value={habits.theme}
        options={[
          ['auto', say('theme_auto')],
          ['light', say('theme_light')],
          ['dark', say('theme_dark')],
        ]}
        pick={theme => set({ theme })}
      />
      <LanguageChoice />
      <div class="form-actions">
        <button type="button" class="button" onClick={close}>
          {say('close')}
        </button>
        <form class="sign-out" method="post" action={page.signOutUrl}>
          <input type="hidden" name="csrfmiddlewaretoken" value={page.csrf()} />
          <button type="submit" class="button bare">
            {say('signOut')} ({name})
          </button>
        </form>
      </div>
    </Dialog>
  );
}

function SoundSettings({ habits, set }: { habits: Settings; set(part: Partial<Settings>): void }) {
  const { say, testSound } = useOffice();
  return (
    <>
      <label class="choice">
        <input
          type="checkbox"
          checked={habits.sound}
          onChange={event => set({ sound: event.currentTarget.checked })}
        />
        {say('sound')}
      </label>
      <div class="volume">
        <label>
          {say('volume')}{' '}
          <input
            type="range"
            min="0"
            max="1"
            step="0.1"
            value={String(habits.volume)}
            onInput={event => set({ volume: Number(event.currentTarget.value) })}
          />
        </label>
        <button type="button" class="button small" onClick={testSound}>
          {say('testSound')}
        </button>
      </div>
    </>
  );
}

/** The service's own form: the page comes back in the other language. */
function LanguageChoice() {
  const { say, language, page } = useOffice();
  return (
    <form class="languages form-actions" method="post" action={page.languageUrl}>
      <input type="hidden" name="csrfmiddlewaretoken" value={page.csrf()} />
      <input type="hidden" name="next" value={page.consoleUrl} />
      <span>{say('displayLanguage')}</span>
      {(['ja', 'en'] as const).map(code => (
        <button
          key={code}
          type="submit"
          class="button small"
          name="language"
          value={code}
          lang={code}
          aria-pressed={language === code}
        >
          {code === 'ja' ? '日本語' : 'English'}
        </button>
      ))}
    </form>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  name: string;
  value: T;
  options: readonly (readonly [T, string])[];
  pick(value: T): void;
}

function Choice<T extends string>({ legend, name, value, options, pick }: ChoiceProps<T>) {
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      {options.map(([option, label]) => (
        <label class="choice" key={option}>
          <input type="radio" name={name} checked={value === option} onChange={() => pick(option)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
