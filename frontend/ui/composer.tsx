// Where a message is written: grows with the text, knows the text rules, sends by button or keys, never during a
// conversion. The text belongs to whoever uses it: it is emptied only by a new `value`.
import './composer.css';
import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { BODY_LIMIT, bodyProblem, codePoints, normaliseBody } from '../protocol/text';
import { meansSend, type SendKey } from './enter';

export interface ComposerWords {
  label: string;
  send: string;
  /** How to send with keys. */
  hint?: string;
  tooLong: (over: number) => string;
  controlCharacter: string;
}

export interface ComposerProps {
  words: ComposerWords;
  value: string;
  sendKey: SendKey;
  /** Names the conversation: the field is focused anew when it changes. */
  focusKey?: string;
  class?: string;
  children?: ComponentChildren;
  onInput(text: string): void;
  /** A body that follows the text rules. */
  onSend(body: string): void;
  onBlur?(): void;
}

const fieldSizing = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content');

export function Composer(props: ComposerProps) {
  const { words, value, sendKey, focusKey, onInput, onSend } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const body = normaliseBody(value);
  const problem = bodyProblem(body);

  useEffect(() => {
    if (focusKey !== undefined) field.current?.focus({ preventScroll: true });
  }, [focusKey]);

  useLayoutEffect(() => {
    const area = field.current;
    if (!area || fieldSizing) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [value]);

  const submit = (): void => {
    if (!problem) onSend(body);
    field.current?.focus();
  };
  const keyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (!meansSend(event, sendKey)) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      class={`composer ${props.class ?? ''}`}
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      {props.children}
      <label class="unseen" for={`${id}f`}>
        {words.label}
      </label>
      <div class="composer-row">
        <textarea
          ref={field}
          id={`${id}f`}
          rows={1}
          value={value}
          placeholder={words.label}
          aria-describedby={`${id}n`}
          aria-invalid={problem !== null && problem !== 'body_empty'}
          autocomplete="off"
          onInput={event => onInput(event.currentTarget.value)}
          onKeyDown={keyDown}
          onBlur={() => props.onBlur?.()}
        />
        <button type="submit" class="button main" aria-disabled={problem !== null}>
          {words.send}
        </button>
      </div>
      <Note id={`${id}n`} words={words} problem={problem} over={codePoints(body) - BODY_LIMIT} />
    </form>
  );
}

function Note(props: { id: string; words: ComposerWords; problem: string | null; over: number }) {
  const { words, problem } = props;
  if (problem === 'body_too_long')
    return (
      <p id={props.id} class="composer-note problem" role="alert">
        {words.tooLong(props.over)}
      </p>
    );
  if (problem === 'body_control_character')
    return (
      <p id={props.id} class="composer-note problem" role="alert">
        {words.controlCharacter}
      </p>
    );
  return (
    <p id={props.id} class="composer-note">
      {words.hint}
    </p>
  );
}
