import { ledger, lossSlice } from '../engine/attribution/ledger';
import { SeededValue } from '../engine/cpu/seededValue';
import { branchState, indexOfWeight, type BranchWish, type Weight } from './branch';
import { InspectionError, resetError } from './inspection';
import type { Plan } from './plan';
import { Recent } from './recent';
import type { Replay, ReplayHost } from './replay';
import type { Timeline } from './timeline';
import { TokenStudies } from './tokenStudies';
import { outlineOf, readUpdate, weightStep } from './updateReadings';
import type {
  LedgerOfStep,
  Trial,
  UpdateQuestionKind,
  UpdateQuestions,
  WeightMoment
} from './updateQuestions';
import { recordUpdate, type UpdateRecord } from './updateRecord';

/** Steps whose update is kept: at preset `max` each takes some 9 MB. */
const MOST_RECORDS = 2;

/** Milliseconds of work after which a part is answered, and after which training has its turn. */
const PART = 250;
const TURN = 40;

/** Places along an update at which the loss is told. */
const SLICE = Array.from({ length: 11 }, (_, i) => i / 5);

type Question<K extends UpdateQuestionKind> = { readonly kind: K; readonly step: number } & {
  readonly [Q in K]: UpdateQuestions[Q]['asked'];
}[K];
type Answer<K extends UpdateQuestionKind> = UpdateQuestions[K]['answer'];

/** Answers what is asked about a step's update: by training it again, and by tracing it token by token. */
export class UpdateAnswers {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #host: ReplayHost;
  readonly #replay: () => Replay;
  readonly #records = new Recent<UpdateRecord>(MOST_RECORDS);
  readonly #tokens: TokenStudies;
  #turnBegan = 0;

  /** @param replay at whatever step it stands */
  constructor(plan: Plan, timeline: Timeline, host: ReplayHost, replay: () => Replay) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#host = host;
    this.#replay = replay;
    this.#tokens = new TokenStudies(plan, replay, () => this.#breathe());
  }

  /** Throws InspectionError for what the step does not have. */
  answer<K extends UpdateQuestionKind>(question: Question<K>): Promise<Answer<K>> {
    const rule: (question: Question<K>) => Promise<Answer<K>> = this.#rules[question.kind];
    return rule(question);
  }

  readonly #rules: {
    readonly [K in UpdateQuestionKind]: (question: Question<K>) => Promise<Answer<K>>;
  } = {
    update: async ({ step }) =>
      outlineOf(this.#plan, await this.#record(step), this.#timeline.loss(step)),
    updateNumbers: async ({ step, parameter, reading }) =>
      readUpdate(this.#plan, await this.#record(step), parameter, reading),
    tokenParts: async ({ step, from }) => {
      const [record, until] = [await this.#record(step), this.#host.now() + PART];
      const isTime = () => this.#host.now() >= until;
      return this.#tokens.parts(record, this.#nameOf(step), from, isTime);
    },
    cosines: async ({ step, group }) =>
      this.#tokens.cosines(await this.#record(step), this.#nameOf(step), group),
    weight: async ({ step, weight }) => weightStep(this.#plan, await this.#record(step), weight),
    biography: ({ step, weight, from }) =>
      this.#inParts(from, step, (at) => this.#moment(at, weight)),
    ledger: async ({ step }) => {
      const record = await this.#record(step);
      const loss = new SeededValue(this.#plan.program, record.batch);
      return { lines: ledger(loss, record), slice: lossSlice(loss, record, SLICE) };
    },
    ledgers: ({ step, from }) => this.#inParts(from, step, (at) => this.#ledger(at)),
    trial: ({ step, edits }) => this.#trial(step, edits),
    branchState: async ({ step, wish }) => {
      const { states } = await this.#record(step);
      return branchState(this.#plan.program, states.before, wish);
    }
  };

  /** A step that is looked at more than once. */
  #record(step: number): Promise<UpdateRecord> {
    return this.#records.get(this.#nameOf(step), () => this.#retrain(step));
  }

  async #retrain(step: number): Promise<UpdateRecord> {
    const { era } = this.#timeline;
    const record = await recordUpdate(this.#plan, this.#replay(), step);
    if (era !== this.#timeline.era) throw resetError();
    return record;
  }

  async #moment(step: number, weight: Weight): Promise<WeightMoment> {
    const i = indexOfWeight(this.#plan.program, weight);
    const { before, gradient, change, loss } = await this.#retrain(step);
    const [document] = this.#plan.documents(step);
    const told = { value: before[i], gradient: gradient[i], moved: change[i] };
    return { step, loss, ...told, document };
  }

  async #ledger(step: number): Promise<LedgerOfStep> {
    const record = await this.#retrain(step);
    const loss = new SeededValue(this.#plan.program, record.batch);
    return { step, loss: record.loss, lines: ledger(loss, record) };
  }

  /** What the engine of the step makes of its batch with other weights; it goes back to its own. */
  async #trial(step: number, edits: BranchWish['edits']): Promise<Trial> {
    const { program } = this.#plan;
    const [{ batch }] = this.#plan.steps(step - 1, 1);
    const engine = await this.#replay().before(step);
    const state = await engine.save();
    const edited = branchState(program, state, { edits, moments: 'kept' });
    const losses = async () => {
      const { values } = await engine.trace(batch);
      const own = values.get('losses')!.slice(0, batch.lengths[0]);
      return { mean: values.get('loss')![0], own };
    };
    const before = await losses();
    try {
      await engine.load(edited);
      const after = await losses();
      const means = { before: before.mean, after: after.mean };
      return { engine: engine.name, ...means, lossesBefore: before.own, lossesAfter: after.own };
    } finally {
      await engine.load(state);
    }
  }

  /** As many steps, from `from`, as can be done in a moment. */
  async #inParts<T>(from: number, to: number, at: (step: number) => Promise<T>): Promise<T[]> {
    if (from <= this.#timeline.first || from > to) {
      const rule = `a first step from ${this.#timeline.first + 1} to ${to}`;
      throw new InspectionError(`inspection: needs ${rule}, got ${from}`);
    }
    const began = this.#host.now();
    const told: T[] = [];
    for (let step = from; step <= to; step++) {
      told.push(await at(step));
      await this.#breathe();
      if (this.#host.now() - began >= PART) break;
    }
    return told;
  }

  async #breathe(): Promise<void> {
    if (this.#host.now() - this.#turnBegan < TURN) return;
    const { era } = this.#timeline;
    await this.#host.breathe();
    if (era !== this.#timeline.era) throw resetError();
    this.#turnBegan = this.#host.now();
  }

  /** What is kept of one era is not asked for in another. */
  #nameOf(step: number): string {
    return `${this.#timeline.era} ${step}`;
  }
}
