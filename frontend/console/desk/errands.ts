// What does the console fetch and leave over HTTP that belongs to no log: phrases, topics, supervision, notes?
import { makeCid } from '../../protocol/secrets';
import type { Store } from '../../store/store';
import { readLive, readPhrases, readTopics } from './answers';
import type { Api, Outcome } from './api';
import type { DeskState } from './state';

export class Errands {
  private readonly pickCids = new Map<string, string>();

  constructor(
    private readonly api: Api,
    private readonly store: Store<DeskState>,
    private readonly language: string,
    private readonly random: (octets: number) => Uint8Array,
  ) {}

  runAll(): void {
    void this.loadPhrases();
    void this.loadTopics();
    void this.loadSupervision();
  }

  async loadPhrases(): Promise<void> {
    const outcome = await this.api.get('console/phrases');
    if (outcome.ok) this.store.patch({ phrases: { at: 'ready', value: readPhrases(outcome.value) } });
    else this.store.patch({ phrases: { at: 'failed', code: outcome.code } });
  }

  async addPhrase(shortcut: string, text: string, language: string): Promise<Outcome> {
    const outcome = await this.api.post('console/phrases', { shortcut, text, language });
    if (outcome.ok) await this.loadPhrases();
    return outcome;
  }

  async deletePhrase(id: string): Promise<Outcome> {
    const outcome = await this.api.remove(`console/phrases/${encodeURIComponent(id)}`);
    if (outcome.ok) await this.loadPhrases();
    return outcome;
  }

  async loadSupervision(): Promise<void> {
    const outcome = await this.api.get('console/supervision');
    if (outcome.ok) this.store.patch({ supervision: { at: 'ready', value: readLive(outcome.value) } });
    else this.store.patch({ supervision: { at: 'failed', code: outcome.code } });
  }

  async loadTopics(): Promise<void> {
    const outcome = await this.api.get(`topics?lang=${this.language}`);
    if (outcome.ok) this.store.patch({ topicNames: readTopics(outcome.value) });
  }

  loadTakers(id: string): Promise<Outcome> {
    return this.api.get(`console/conversations/${id}/takers`);
  }

  /** The same cid until there is an answer: whoever was given somebody is not given them twice. */
  async takeOutOfOrder(id: string, counsellor: string, reason: string): Promise<Outcome> {
    const key = `${id} ${counsellor}`;
    const cid = this.pickCids.get(key) ?? makeCid(this.random);
    this.pickCids.set(key, cid);
    const outcome = await this.api.post(`console/conversations/${id}/take`, { cid, counsellor, reason });
    if (outcome.ok || outcome.final) this.pickCids.delete(key);
    return outcome;
  }

  /** A note has an address of its own: nothing that sends messages can send it. */
  keepNote(id: string, cid: string, body: string): Promise<Outcome> {
    return this.api.post(`console/conversations/${id}/notes`, { cid, body });
  }
}
