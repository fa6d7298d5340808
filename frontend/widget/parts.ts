// What is needed only once a topic is chosen or a conversation taken up; downloaded while the menu is read.
import './visit.css';
import type { Bearer } from '../protocol/frames';
import { SeekerApi } from '../socket/api';
import { browserSocket, browserSurroundings } from '../socket/browser';
import type { KeyValueStore } from '../socket/surroundings';
import type { Front } from './front';
import { Memory } from './memory';
import { Visit } from './visit';

export { Stages } from './view/stages';

export function startVisit(
  front: Front,
  store: KeyValueStore | null,
  ticket: string | null,
  handedOver: Bearer | null,
): Visit {
  const memory = new Memory(store);
  if (handedOver) memory.begin(handedOver, null);
  return new Visit({
    surroundings: browserSurroundings,
    openSocket: browserSocket('/ws/v1/seeker/'),
    api: new SeekerApi(
      (url, init) => fetch(url, init),
      () => memory.current?.bearer ?? null,
    ),
    memory,
    ticket,
    front,
  });
}
