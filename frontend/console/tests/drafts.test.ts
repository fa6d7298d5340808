import { expect, test } from 'vitest';
import { draftOf, hasDraft, NO_DRAFTS, rebased, withDraft, withoutConversation } from '../model/drafts';
import { unseenByDraft } from '../model/guard';

test('each conversation keeps a reply and a note apart', () => {
  let drafts = withDraft(NO_DRAFTS, 'a', 'reply', 'そうでしたか', 3);
  drafts = withDraft(drafts, 'a', 'note', '家族の話が出た', 3);
  drafts = withDraft(drafts, 'b', 'reply', 'こんばんは', 1);
  expect(draftOf(drafts, 'a', 'reply')?.text).toBe('そうでしたか');
  expect(draftOf(drafts, 'a', 'note')?.text).toBe('家族の話が出た');
  expect(draftOf(drafts, 'b', 'note')).toBeNull();
});

test('a draft remembers what was there when it was begun, until it is emptied', () => {
  let drafts = withDraft(NO_DRAFTS, 'a', 'reply', 'そ', 3);
  drafts = withDraft(drafts, 'a', 'reply', 'そう', 8);
  expect(draftOf(drafts, 'a', 'reply')?.base).toBe(3);
  drafts = withDraft(drafts, 'a', 'reply', '', 8);
  expect(hasDraft(drafts, 'a')).toBe(false);
  expect(draftOf(withDraft(drafts, 'a', 'reply', 'は', 8), 'a', 'reply')?.base).toBe(8);
});

test("a conversation that may no longer be read takes its drafts with it and no other's", () => {
  let drafts = withDraft(NO_DRAFTS, 'a', 'reply', 'x', 1);
  drafts = withDraft(drafts, 'ab', 'note', 'y', 1);
  drafts = withoutConversation(drafts, 'a');
  expect(hasDraft(drafts, 'a')).toBe(false);
  expect(hasDraft(drafts, 'ab')).toBe(true);
});

const event = (seq: number, from: string, kind = 'message') => ({ seq, from, kind });
const isMine = (e: { from: string | null }) => e.from === 'me';

test("what others wrote since the draft was begun is shown first; one's own and notes are not", () => {
  const log = [event(3, 'seeker'), event(4, 'me'), event(5, 'other', 'note'), event(6, 'seeker')];
  expect(unseenByDraft({ text: 'はい', base: 3 }, 'reply', log, isMine)).toEqual([event(6, 'seeker')]);
});

test('once shown, the same draft goes out', () => {
  const log = [event(4, 'seeker')];
  let drafts = withDraft(NO_DRAFTS, 'a', 'reply', 'はい', 3);
  drafts = rebased(drafts, 'a', 'reply', 4);
  const draft = draftOf(drafts, 'a', 'reply');
  expect(draft?.text).toBe('はい');
  expect(draft && unseenByDraft(draft, 'reply', log, isMine)).toEqual([]);
});

test('a note answers nobody and is never held up', () => {
  expect(unseenByDraft({ text: 'メモ', base: 0 }, 'note', [event(1, 'seeker')], isMine)).toEqual([]);
});
