import { cosines } from '../engine/attribution/cosines';
import { dot } from '../engine/attribution/groups';
import { tokenGradients } from '../engine/attribution/tokenGradients';
import { updateShares } from '../engine/attribution/updateShares';
import type { Plan } from './plan';
import { Recent } from './recent';
import type { Replay } from './replay';
import { byGroup, type GroupOrAll, type TokenPart } from './updateQuestions';
import type { UpdateRecord } from './updateRecord';

/** Steps whose tokens' gradients are kept: at preset `max` up to 70 MB. */
const MOST_STUDIES = 1;

/** The gradients of the tokens of a step's first document, as far as they were asked for. */
interface TokenStudy {
  readonly gradients: Float64Array[];
  readonly parts: TokenPart[];
}

/** What each token of a step has to do with its update: one backward pass for each, traced when it is asked for. */
export class TokenStudies {
  readonly #plan: Plan;
  readonly #replay: () => Replay;
  readonly #breathe: () => Promise<void>;
  readonly #studies = new Recent<TokenStudy>(MOST_STUDIES);

  /** @param breathe lets others in, from time to time */
  constructor(plan: Plan, replay: () => Replay, breathe: () => Promise<void>) {
    this.#plan = plan;
    this.#replay = replay;
    this.#breathe = breathe;
  }

  /** Tokens from t = `from`, at least one and as many as there is time for. @param name of the step */
  async parts(
    record: UpdateRecord,
    name: string,
    from: number,
    isTime: () => boolean
  ): Promise<readonly TokenPart[]> {
    const { parts } = await this.#study(record, name, (count) => count > from && isTime());
    return parts.slice(from);
  }

  async cosines(record: UpdateRecord, name: string, group: GroupOrAll): Promise<Float64Array> {
    const { gradients } = await this.#study(record, name, () => false);
    return cosines(this.#plan.program, gradients, group);
  }

  /** Traces tokens until that is enough, or there are no more. */
  async #study(
    record: UpdateRecord,
    name: string,
    isEnough: (count: number) => boolean
  ): Promise<TokenStudy> {
    const study = await this.#studies.get(name, async () => ({ gradients: [], parts: [] }));
    const { gradients, parts } = study;
    const T = record.batch.lengths[0];
    if (parts.length === T || isEnough(parts.length)) return study;
    const rows = Array.from({ length: T - parts.length }, (_, i) => parts.length + i);
    const engine = await this.#replay().before(record.step);
    for await (const { t, gradient } of tokenGradients(engine, record.batch, rows)) {
      gradients.push(gradient);
      parts.push(this.#part(record, t, gradient));
      await this.#breathe();
      if (isEnough(parts.length)) break;
    }
    return study;
  }

  #part({ gradient, change }: UpdateRecord, t: number, own: Float64Array): TokenPart {
    const { program } = this.#plan;
    const shares = updateShares(program, [own], gradient, change);
    const told = new Map(shares.map((each) => [each.group, each]));
    return {
      t,
      promised: byGroup((group) => told.get(group)!.promised[0]),
      share: byGroup((group) => told.get(group)!.shares[0]),
      norm: byGroup((group) => Math.sqrt(dot(program, group, own, own)))
    };
  }
}
