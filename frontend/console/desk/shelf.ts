// Which conversations lie on the desk? Takes them up, puts them away, blanks them, and keeps their picture in the store.
import type { ConsoleClientFrame } from '../../protocol/frames';
import type { Surroundings } from '../../socket/surroundings';
import type { Store } from '../../store/store';
import type { Api } from './api';
import { ConversationOnDesk } from './conversation';
import type { DeskState, Talk } from './state';

export interface ShelfOptions {
  surroundings: Surroundings;
  api: Api;
  store: Store<DeskState>;
  send(frame: ConsoleClientFrame): boolean;
  isLive(): boolean;
  changed(): void;
}

export class Shelf {
  private readonly held = new Map<string, ConversationOnDesk>();

  constructor(private readonly options: ShelfOptions) {}

  get(id: string): ConversationOnDesk | undefined {
    return this.held.get(id);
  }

  all(): ConversationOnDesk[] {
    return [...this.held.values()];
  }

  /** For `hello`: the last number held of each that may still be read. */
  have(): Record<string, number> {
    const have: Record<string, number> = {};
    for (const [id, talk] of this.held) if (!talk.now.revoked) have[id] = talk.have;
    return have;
  }

  get isBehind(): boolean {
    return this.all().some(talk => !talk.now.revoked && talk.have < talk.now.head);
  }

  /** One's own. What was revoked or only looked at starts anew; `ask` where the server does not follow by itself. */
  own(id: string, ask: boolean): ConversationOnDesk {
    const before = this.held.get(id);
    if (before && !before.now.revoked && !before.now.look) return before;
    before?.stop();
    const fresh = ask ? this.take(id, false) : this.put(id, false);
    if (before && !before.now.look) fresh.seen('counsellor', before.now.seen);
    if (this.options.store.get().selected === id) void fresh.loadDetails();
    return fresh;
  }

  /** Puts it on the desk and asks the server for it. */
  take(id: string, look: boolean): ConversationOnDesk {
    const talk = this.put(id, look);
    this.options.send({ type: 'follow', conversation: id, have: 0 });
    return talk;
  }

  /** What is neither mine nor before the person's eyes leaves the desk. */
  dropIfOver(id: string): void {
    const { board, selected } = this.options.store.get();
    const mine = board?.mine.some(row => row.conversation === id) ?? true;
    if (!mine && selected !== id) this.drop(id);
  }

  drop(id: string): void {
    this.held.get(id)?.stop();
    this.held.delete(id);
    const { talks, selected } = this.options.store.get();
    const rest = new Map(talks);
    rest.delete(id);
    this.options.store.patch({ talks: rest, selected: selected === id ? null : selected });
  }

  private put(id: string, look: boolean): ConversationOnDesk {
    const { surroundings, api, send, isLive } = this.options;
    const talk: ConversationOnDesk = new ConversationOnDesk({
      id,
      look,
      surroundings,
      api,
      send,
      // What comes late for a conversation that has left the desk must not bring it back.
      changed: now => {
        if (this.held.get(id) === talk) this.show(now);
      },
    });
    this.held.set(id, talk);
    talk.connected(isLive());
    this.show(talk.now);
    return talk;
  }

  private show(talk: Talk): void {
    const talks = new Map(this.options.store.get().talks).set(talk.id, talk);
    this.options.store.patch({ talks });
    this.options.changed();
  }
}
