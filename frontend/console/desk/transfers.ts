// What does the desk ask of the service about handing over, and about who may read? The same cid until an answer.
import { makeCid } from '../../protocol/secrets';
import type { Surroundings } from '../../socket/surroundings';
import type { Target, TargetKind } from '../model/transfer';
import { readTargets } from './answers';
import type { Api, Outcome } from './api';
import type { Loaded } from './state';

export class Transfers {
  private readonly cids = new Map<string, string>();

  constructor(
    private readonly api: Api,
    private readonly surroundings: Surroundings,
  ) {}

  async targets(id: string): Promise<Loaded<readonly Target[]>> {
    const outcome = await this.api.get(`console/transfer-targets?conversation=${id}`);
    return outcome.ok
      ? { at: 'ready', value: readTargets(outcome.value) }
      : { at: 'failed', code: outcome.code };
  }

  offer(id: string, kind: TargetKind, to: string, note: string): Promise<Outcome> {
    return this.command(`console/conversations/${id}/transfer`, { kind, to, note });
  }

  withdraw(id: string): Promise<Outcome> {
    return this.command(`console/conversations/${id}/transfer/withdraw`);
  }

  accept(id: string): Promise<Outcome> {
    return this.command(`console/conversations/${id}/transfer/accept`);
  }

  decline(id: string): Promise<Outcome> {
    return this.command(`console/conversations/${id}/transfer/decline`);
  }

  endGrant(id: string, grant: number): Promise<Outcome> {
    return this.command(`console/conversations/${id}/grants/${grant}/end`);
  }

  private async command(path: string, body: object = {}): Promise<Outcome> {
    const key = path + JSON.stringify(body);
    const cid = this.cids.get(key) ?? makeCid(this.surroundings.randomBytes);
    this.cids.set(key, cid);
    const outcome = await this.api.post(path, { cid, ...body });
    if (outcome.ok || outcome.final) this.cids.delete(key);
    return outcome;
  }
}
