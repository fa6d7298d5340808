// What is on offer? The menu as the page carries it or GET topics answers it, checked and typed.
import { fieldsOf, listOf, textOf } from '../protocol/read';

export interface PhoneLine {
  label: string;
  number: string;
  hours: string;
}

export interface Question {
  key: string;
  label: string;
  kind: 'choice' | 'text';
  choices: { value: string; label: string }[];
}

export interface Topic {
  id: string;
  name: string;
  description: string;
  open: boolean;
  closesAt: number | null;
  opensAt: number | null;
  note: string;
  phoneLines: PhoneLine[];
  questions: Question[];
}

export interface Notice {
  version: number;
  title: string;
  lines: string[];
}

export interface Menu {
  topics: Topic[];
  notice: Notice | null;
}

const momentOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function phoneLineOf(value: unknown): PhoneLine {
  const line = fieldsOf(value);
  return { label: textOf(line.label), number: textOf(line.number), hours: textOf(line.hours) };
}

function questionOf(value: unknown): Question {
  const question = fieldsOf(value);
  const choices = listOf(question.choices).map(fieldsOf);
  return {
    key: textOf(question.key),
    label: textOf(question.label),
    kind: question.kind === 'choice' ? 'choice' : 'text',
    choices: choices.map(choice => ({ value: textOf(choice.value), label: textOf(choice.label) })),
  };
}

function topicOf(value: unknown): Topic {
  const topic = fieldsOf(value);
  return {
    id: textOf(topic.id),
    name: textOf(topic.name),
    description: textOf(topic.description),
    open: topic.open === true,
    closesAt: momentOf(topic.closes_at),
    opensAt: momentOf(topic.opens_at),
    note: textOf(topic.note),
    phoneLines: listOf(topic.phone_lines).map(phoneLineOf),
    questions: listOf(topic.questions).map(questionOf),
  };
}

function noticeOf(value: unknown): Notice | null {
  const notice = fieldsOf(value);
  if (typeof notice.version !== 'number') return null;
  return { version: notice.version, title: textOf(notice.title), lines: listOf(notice.lines).map(textOf) };
}

/** `null` when it is no menu at all. */
export function parseMenu(value: unknown): Menu | null {
  const menu = fieldsOf(value);
  if (!Array.isArray(menu.topics)) return null;
  const topics = menu.topics.map(topicOf).filter(topic => topic.id !== '');
  return { topics, notice: noticeOf(menu.notice) };
}

/** The lines of one topic, or of all, each number once. */
export function phoneLines(menu: Menu | null, topic: string | null): PhoneLine[] {
  const topics = menu?.topics ?? [];
  const chosen = topics.find(({ id }) => id === topic);
  const lines = (chosen ? [chosen] : topics).flatMap(({ phoneLines: own }) => own);
  return lines.filter((line, index) => lines.findIndex(({ number }) => number === line.number) === index);
}
