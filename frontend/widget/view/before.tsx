// Between the menu and the conversation: the notice, the questions nobody must answer, and the asking itself.
import { useStore } from '../../store/store';
import { useTools, useVisit } from '../context';
import type { Question } from '../menu';
import { Heading, Say } from './parts';

export function Notice() {
  const { front } = useTools();
  const visit = useVisit();
  const menu = useStore(front.state, state => state.menu);
  const problem = useStore(visit.state, state => state.problem);
  const notice = menu?.notice;
  return (
    <>
      <Heading>{notice?.title || <Say words="noticeTitle" />}</Heading>
      {problem && (
        <p class="care" role="alert">
          <Say words={problem} />
        </p>
      )}
      <ul class="notice">
        {notice?.lines.map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <section class="aside">
        <h2>
          <Say words="exitTitle" />
        </h2>
        <p>
          <Say words="exitText" />
        </p>
      </section>
      <StorageBlocked />
      <div class="row">
        <button type="button" class="button main" onClick={() => visit.accept()}>
          <Say words="noticeAccept" />
        </button>
        <BackButton />
      </div>
    </>
  );
}

/** Where nothing can be stored, a page of its own holds the conversation better than a frame. */
export function StorageBlocked() {
  const { framed, openFullPage } = useTools();
  const visit = useVisit();
  if (visit.survivesReload || !framed) return null;
  return (
    <section class="aside">
      <p>
        <Say words="storageBlocked" />
      </p>
      <button type="button" class="button" onClick={openFullPage}>
        <Say words="openFullPage" />
      </button>
    </section>
  );
}

export function Questions() {
  const { front } = useTools();
  const visit = useVisit();
  const questions = front.chosen?.questions ?? [];
  return (
    <form
      class="stack wide"
      onSubmit={event => {
        event.preventDefault();
        visit.open();
      }}
    >
      <Heading>
        <Say words="questionsTitle" />
      </Heading>
      <p>
        <Say words="questionsLead" />
      </p>
      {questions.map(question => (
        <QuestionField key={question.key} question={question} />
      ))}
      <div class="row">
        <button type="submit" class="button main">
          <Say words="begin" />
        </button>
        <BackButton />
      </div>
    </form>
  );
}

function QuestionField({ question }: { question: Question }) {
  const visit = useVisit();
  const answer = useStore(visit.state, state => state.answers[question.key] ?? '');
  if (question.kind === 'text')
    return (
      <label class="question">
        <span>{question.label}</span>
        <textarea
          rows={2}
          maxLength={500}
          value={answer}
          autocomplete="off"
          onInput={event => visit.answer(question.key, event.currentTarget.value)}
        />
      </label>
    );
  const choices = [...question.choices, { value: '', label: '' }];
  return (
    <fieldset class="question">
      <legend>{question.label}</legend>
      <div class="choices">
        {choices.map(choice => (
          <label key={choice.value}>
            <input
              type="radio"
              name={question.key}
              checked={answer === choice.value}
              onChange={() => visit.answer(question.key, choice.value)}
            />
            <span>{choice.value === '' ? <Say words="noAnswer" /> : choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Opening() {
  const visit = useVisit();
  const problem = useStore(visit.state, state => state.problem);
  return (
    <>
      <Heading>
        <Say words="opening" />
      </Heading>
      {problem && (
        <div class="stack" role="alert">
          <p>
            <Say words={problem} />
          </p>
          <div class="row">
            <button type="button" class="button main" onClick={() => visit.retryOpening()}>
              <Say words="tryAgain" />
            </button>
            <BackButton />
          </div>
        </div>
      )}
    </>
  );
}

function BackButton() {
  const visit = useVisit();
  return (
    <button type="button" class="button bare" onClick={() => visit.back()}>
      <Say words="back" />
    </button>
  );
}
