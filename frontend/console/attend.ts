// What must reach a person who looks elsewhere? Follows the desk and turns changes into tones, the tab's title and
// words for screen readers.
import type { DeskState } from './desk/state';
import { type Glance, titleFor, toneFor } from './model/attention';
import { whyNotAccept } from './model/presence';
import { unreadCount } from './model/unread';
import type { Sounds } from './sound';
import type { Office } from './view/office';

const SPOKEN_LENGTH = 300;

function glanceOf(state: DeskState): Glance {
  const mine = state.board?.mine.map(row => row.conversation) ?? [];
  const waiting = state.board?.topics.reduce((sum, topic) => sum + topic.waiting, 0) ?? 0;
  const unread = new Map<string, number>();
  for (const id of mine) {
    const talk = state.talks.get(id);
    if (talk) unread.set(id, unreadCount(talk.entries, talk.seen));
  }
  const lookedAt = document.visibilityState === 'visible' && document.hasFocus();
  return {
    mine,
    waiting,
    offers: state.board?.offers.map(offer => offer.id) ?? [],
    unread,
    watched: lookedAt ? state.selected : null,
    mayAccept: state.presence !== null && whyNotAccept(state.presence, waiting, true) === null,
  };
}

export function watchAttention(office: Office, sounds: Sounds, name: string): void {
  const { desk, settings } = office;
  let before: Glance | null = null;
  let blanked = 0;
  const look = (state: DeskState): void => {
    // What was read aloud is text too: it goes when the log goes.
    const blankedNow = [...state.talks.values()].filter(talk => talk.revoked !== null).length;
    if (blankedNow > blanked) office.announce('');
    blanked = blankedNow;
    if (state.board === null) return;
    const after = glanceOf(state);
    document.title = titleFor(name, after.unread);
    // While old messages are still coming in nothing is news.
    const whole = state.line === 'live' || state.line === 'polling';
    const tone = whole ? toneFor(before, after) : null;
    const { sound, volume } = settings.get();
    if (tone !== null && sound) sounds.play(tone, volume);
    if (!whole) return;
    if (before !== null) speak(office, state, before, after);
    before = after;
  };
  desk.store.subscribe(look);
}

function speak(office: Office, state: DeskState, before: Glance, after: Glance): void {
  for (const [id, count] of after.unread) {
    if (count <= (before.unread.get(id) ?? 0)) continue;
    const topic = state.board?.mine.find(row => row.conversation === id)?.topic ?? '';
    if (id !== state.selected) {
      office.announce(office.say('announceElsewhere', { topic: state.topicNames.get(topic)?.name ?? topic }));
      continue;
    }
    const last = state.talks
      .get(id)
      ?.entries.filter(entry => entry.kind === 'message' && entry.role === 'seeker')
      .pop();
    if (last?.kind === 'message') {
      office.announce(office.say('announceSeeker', { text: last.body.slice(0, SPOKEN_LENGTH) }));
    }
  }
}
