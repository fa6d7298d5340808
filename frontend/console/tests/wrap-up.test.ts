import { expect, test } from 'vitest';
import { mayClose, NOTE_LIMIT, problems, proposedForm } from '../model/wrap-up';

const said = (role: string, kind = 'message') => ({ role, kind });

test('a consultation is proposed as established only when both have spoken', () => {
  expect(proposedForm([said('seeker'), said('counsellor')]).established).toBe(true);
  expect(proposedForm([said('seeker'), said('counsellor', 'note')]).established).toBe(false);
  expect(proposedForm([]).established).toBeNull();
});

test('category and outcome must be chosen, the note may stay empty', () => {
  expect(problems({ category: '', established: null, note: '' })).toEqual(['category', 'established']);
  expect(problems({ category: 'listened', established: false, note: '' })).toEqual([]);
});

test('the note is measured in characters as people count them', () => {
  const note = '🌙'.repeat(NOTE_LIMIT);
  expect(problems({ category: 'other', established: true, note })).toEqual([]);
  expect(problems({ category: 'other', established: true, note: `${note}x` })).toEqual(['note_too_long']);
});

test('closing comes after the wrap-up and not before', () => {
  expect(mayClose('editing', 'active')).toBe(false);
  expect(mayClose('saving', 'active')).toBe(false);
  expect(mayClose('saved', 'active')).toBe(true);
  expect(mayClose('editing', 'wrapped_up')).toBe(true);
});
