// How does a conversation look in a list: topic, code, who spoke last, and how long somebody has been waiting?
import type { ComponentChildren } from 'preact';
import { clockTime } from '../../i18n/time';
import { useStore } from '../../store/store';
import { duration, type LastWords, lastSpeaker, waitingSince, waitLevel } from '../model/waiting';
import { Icon } from './icon';
import { codeOf, useOffice, useSecond } from './office';
import { useTopicName } from './topic';

interface RowProps {
  id: string;
  selected: boolean;
  topic: string;
  words: LastWords;
  language: string;
  open(id: string): void;
  children: ComponentChildren;
}

export function Row({ id, selected, topic, words, language, open, children }: RowProps) {
  const { say } = useOffice();
  const nameOf = useTopicName();
  const spoke = lastSpeaker(words);
  return (
    <li>
      <button
        type="button"
        class={`talk-row ${selected ? 'is-selected' : ''}`}
        aria-current={selected ? 'true' : undefined}
        onClick={() => open(id)}
      >
        <span class="row-head">
          <span class="row-topic">{nameOf(topic)}</span>
          <Wait words={words} />
        </span>
        <span class="row-foot">
          <span class="row-code">{say('code', { code: codeOf(id) })}</span>
          <LanguageTag language={language} />
          <span class="row-spoke">
            {spoke !== null && <Icon name={spoke === 'seeker' ? 'incoming' : 'outgoing'} />}
            {say(spoke === null ? 'lastNobody' : spoke === 'seeker' ? 'lastSeeker' : 'lastStaff')}
          </span>
          {children}
        </span>
      </button>
    </li>
  );
}

/** Shape, word and colour say how long the help-seeker has been waiting for an answer. */
export function Wait({ words }: { words: LastWords }) {
  const { desk, say, language } = useOffice();
  const offset = useStore(desk.store, state => state.offset);
  const now = useSecond() + offset;
  const since = waitingSince(words);
  const level = waitLevel(since, now);
  if (words.seeker_left) {
    return (
      <span class="wait is-none">
        <Icon name="offline" />
        <span>{say('wait_left')}</span>
      </span>
    );
  }
  if (level === 'none' && lastSpeaker(words) === null) return <span class="wait is-none" />;
  return (
    <span
      class={`wait is-${level}`}
      title={since === null ? undefined : say('waitingSince', { time: clockTime(since, language) })}
    >
      <Icon name={level} />
      <span>{say(`wait_${level}`)}</span>
      {since !== null && <span class="number">{duration(now - since)}</span>}
    </span>
  );
}

export function LanguageTag({ language }: { language: string }) {
  const { say } = useOffice();
  if (language !== 'en' && language !== 'ja-easy') return null;
  return <span class="tag is-language">{say(`language_${language}`)}</span>;
}
