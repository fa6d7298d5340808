// What may a message say? The rules for text, the same as the server's, so that a person is told before sending.

export const BODY_LIMIT = 4000;

export type BodyProblem = 'body_empty' | 'body_too_long' | 'body_control_character';

/** Line ends become \n, outer white space is cut. */
export const normaliseBody = (text: string): string => text.replace(/\r\n?/g, '\n').trim();

/** Length as the server counts it: Unicode code points, so one emoji is not two. */
export function codePoints(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Control characters other than line end and tab, and halves of surrogate pairs. */
const FORBIDDEN = /[^\P{Cc}\n\t]|\p{Cs}/u;

/** What is wrong with an already normalised body, or `null`. */
export function bodyProblem(body: string, limit: number = BODY_LIMIT): BodyProblem | null {
  if (body === '') return 'body_empty';
  if (FORBIDDEN.test(body)) return 'body_control_character';
  return codePoints(body) > limit ? 'body_too_long' : null;
}

/** Pasted text often carries invisible control characters: without them it can be sent. */
export const withoutControls = (text: string): string => text.replace(new RegExp(FORBIDDEN, 'gu'), '');
