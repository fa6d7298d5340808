// Does a half-written text survive a reload? One draft a conversation, in memory and, where allowed, in the storage
// that is passed in.
import type { KeyValueStore } from './surroundings';

export class Drafts {
  private readonly memory = new Map<string, string>();

  constructor(
    private readonly store: KeyValueStore | null,
    private readonly prefix = 'tomoshibi:draft:',
  ) {}

  read(conversation: string): string {
    const held = this.memory.get(conversation);
    if (held !== undefined) return held;
    try {
      return this.store?.getItem(this.prefix + conversation) ?? '';
    } catch {
      return '';
    }
  }

  write(conversation: string, text: string): void {
    this.memory.set(conversation, text);
    try {
      if (text === '') this.store?.removeItem(this.prefix + conversation);
      else this.store?.setItem(this.prefix + conversation, text);
    } catch {
      // Full or blocked: memory still has it.
    }
  }
}
