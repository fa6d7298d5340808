// Is typing said seldom, ended surely, and never believed for long?
import { expect, test } from 'vitest';
import { TypingReceiver, TypingSender } from '../typing';
import { FakeClock } from './fake-clock';

test('typing is said at most every four seconds, and ended by sending', async () => {
  const clock = new FakeClock();
  const said: string[] = [];
  const typing = new TypingSender(clock, on => said.push(`${clock.now()} ${on}`));
  for (let key = 0; key < 50; key += 1) {
    typing.input();
    await clock.pass(200);
  }
  typing.stop();
  typing.stop();
  expect(said).toEqual(['0 true', '4000 true', '8000 true', '10000 false']);
});

test('a pause of six seconds ends it', async () => {
  const clock = new FakeClock();
  const said: boolean[] = [];
  new TypingSender(clock, on => said.push(on)).input();
  await clock.pass(6_000);
  expect(said).toEqual([true, false]);
});

test('what is not renewed expires', async () => {
  const clock = new FakeClock();
  const shown: boolean[] = [];
  const other = new TypingReceiver(clock, on => shown.push(on));
  other.received(true, 8);
  await clock.pass(7_000);
  other.received(true, 8);
  await clock.pass(7_900);
  expect(shown).toEqual([true]);
  await clock.pass(200);
  expect(shown).toEqual([true, false]);
});
