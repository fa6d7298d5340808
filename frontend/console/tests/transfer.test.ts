import { expect, test } from 'vitest';
import { readDetails, readTargets } from '../desk/answers';
import { hasLapsed, inOrder, minutesLeft, problemsOf, type Target } from '../model/transfer';

const sora: Target = { kind: 'person', id: 'p1', name: 'そら', organisation: 'おか相談室', free: 1 };
const izumi: Target = { ...sora, id: 'p2', name: 'いずみ', free: 3 };
const hill: Target = { kind: 'organisation', id: 'o1', name: 'おか相談室', organisation: '', free: 4 };
const women: Target = { kind: 'topic', id: 'women', name: '女性', organisation: '', free: null };

test('people stand first, whoever has most places free on top', () => {
  expect(inOrder([women, hill, sora, izumi]).map(({ id }) => id)).toEqual(['p2', 'p1', 'o1', 'women']);
});

test('a transfer needs a target that is there, and a note that says something', () => {
  expect(problemsOf({ target: '', note: ' ' }, [sora])).toEqual(['target', 'note_empty']);
  expect(problemsOf({ target: 'person/p1', note: 'つづき' }, [sora])).toEqual([]);
  expect(problemsOf({ target: 'person/p1', note: 'つづき' }, [izumi])).toEqual(['target']);
});

test('a note is counted as the service counts it', () => {
  expect(problemsOf({ target: 'person/p1', note: '🏠'.repeat(1000) }, [sora])).toEqual([]);
  expect(problemsOf({ target: 'person/p1', note: 'あ'.repeat(1001) }, [sora])).toEqual(['note_too_long']);
});

test('the last minute is still a minute, and then it is over', () => {
  expect(minutesLeft(600_000, 0)).toBe(10);
  expect(minutesLeft(600_000, 599_999)).toBe(1);
  expect(minutesLeft(600_000, 600_001)).toBe(0);
  expect(hasLapsed(600_000, 600_000)).toBe(true);
  expect(hasLapsed(600_000, 599_999)).toBe(false);
});

test('what the service answers becomes targets, and what is no target is left out', () => {
  const answer = {
    people: [{ id: 'p1', name: 'そら', organisation: 'おか相談室', free: 1 }, null],
    organisations: [{ id: 'o1', name: 'おか相談室', free: 4 }],
  };
  expect(readTargets(answer)).toEqual([sora, hill]);
  expect(readTargets('nothing')).toEqual([]);
});

test('each reader is shown with the reason, and a grant with its end', () => {
  const { readers } = readDetails({
    readers: [
      { kind: 'counsellor', name: 'あおい', organisation: 'みなと相談室', grant: null, may_end: false },
      {
        kind: 'grant',
        name: 'いずみ',
        organisation: '',
        grant: 7,
        purpose: '相談',
        granted_by: 'しずか',
        since: 1000,
        expires_at: 2000,
        may_end: true,
      },
    ],
  });
  expect(readers.map(({ kind }) => kind)).toEqual(['counsellor', 'grant']);
  expect(readers[0]?.grant).toBeNull();
  expect(readers[1]).toMatchObject({ grant: 7, grantedBy: 'しずか', until: 2000, mayEnd: true });
});
