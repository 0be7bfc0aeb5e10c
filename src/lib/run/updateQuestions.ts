import type { AdamConfig, AdamStep } from '../engine/adam';
import { groupsAndAll, type GroupOrAll } from '../engine/attribution/groups';
import type { LedgerLine, SlicePoint } from '../engine/attribution/ledger';
import type { MovedRow } from '../engine/attribution/movedRows';
import type { WeightState, WeightUpdate } from '../engine/attribution/weightUpdate';
import type { EngineName, ModelState } from '../engine/engine';
import type { Parameter, ParameterGroup } from '../engine/program';
import type { BranchWish, Weight } from './branch';

export { groupsAndAll };
export type { GroupOrAll, LedgerLine, MovedRow, ModelState, ParameterGroup, SlicePoint };
export type { AdamConfig, AdamStep, WeightState, WeightUpdate };

export type ByGroup = Readonly<Record<GroupOrAll, number>>;

export function byGroup(of: (group: GroupOrAll) => number): ByGroup {
  return Object.fromEntries(groupsAndAll.map((group) => [group, of(group)])) as ByGroup;
}

/** A number of an update, or of Adam, that is not finite. */
export interface Overflow extends Weight {
  readonly of: 'v' | 'm' | 'weights';
  readonly value: number;
}

/** A step's update as a whole. */
export interface UpdateOutline {
  readonly step: number;
  readonly engine: EngineName;
  /** Mean loss of the step's batch, as training told it. */
  readonly loss: number;
  /** Whether it was trained again to the same loss, bit for bit. */
  readonly exact: boolean;
  readonly learning_rate: number;
  /** Every document of the step, whole. */
  readonly documents: readonly string[];
  /** Of the first document. */
  readonly tokens: readonly number[];
  readonly targets: readonly number[];
  readonly parameters: readonly Pick<Parameter, 'name' | 'group' | 'shape'>[];
  /** ⟨g, Δw⟩ in nats: what the update promises for the loss of the whole batch; below 0 is downhill. */
  readonly promised: ByGroup;
  /** Rows that the update moved, the farthest first. */
  readonly moved: { readonly wte: readonly MovedRow[]; readonly lm_head: readonly MovedRow[] };
  /** The first number of Adam or of the new weights that is not finite. */
  readonly overflow: Overflow | null;
}

/** What one token of the first document has to do with the update. */
export interface TokenPart {
  readonly t: number;
  /** ⟨gₜ, Δw⟩ in nats; below 0 where the token wants the update. */
  readonly promised: ByGroup;
  /** Its part of the whole batch's: all tokens' sum to 1. */
  readonly share: ByGroup;
  /** |gₜ| */
  readonly norm: ByGroup;
}

/** `moved`: the weights after the update − before. */
export type UpdateReading = 'value' | 'gradient' | 'moved';

/** One weight's update: as Adam's formula works it out, and as training did it. */
export interface WeightStep {
  readonly weight: Weight;
  readonly engine: EngineName;
  readonly adam: AdamConfig;
  readonly update: AdamStep;
  readonly before: WeightState;
  readonly explained: WeightUpdate;
  /** What the engine held after the step. */
  readonly trained: Pick<WeightState, 'w' | 'm' | 'v'>;
  /** Whether the two are the same, bit for bit. */
  readonly exact: boolean;
  /** How far the two weights are apart, in units of the last place of what the engine computes in. */
  readonly ulp: number;
}

/** One weight at one step. */
export interface WeightMoment {
  readonly step: number;
  /** Mean loss of the step's batch, trained again. */
  readonly loss: number;
  /** Before the step's update. */
  readonly value: number;
  readonly gradient: number;
  /** After the update − before. */
  readonly moved: number;
  /** First document of the step. */
  readonly document: string;
}

/** A step's update against the loss of its own batch, in f64: what the gradient promised and what came. */
export interface LedgerAnswer {
  readonly lines: readonly LedgerLine[];
  /** The loss along the update, from none of it to twice of it. */
  readonly slice: readonly SlicePoint[];
}

export interface LedgerOfStep {
  readonly step: number;
  /** Mean loss of the step's batch, trained again. */
  readonly loss: number;
  readonly lines: readonly LedgerLine[];
}

/** A step's forward pass with some weights changed, beside that without. */
export interface Trial {
  readonly engine: EngineName;
  /** Mean loss of the batch. */
  readonly before: number;
  readonly after: number;
  /** Of the first document, by token. */
  readonly lossesBefore: Float64Array;
  readonly lossesAfter: Float64Array;
}

/**
 * Every question about the update of a step, and about branching off before it. Those with `from` are answered in
 * parts, as much as can be done in a moment and at least one: the next is asked for with the next `from`.
 */
export interface UpdateQuestions {
  readonly update: { readonly asked: object; readonly answer: UpdateOutline };
  readonly updateNumbers: {
    readonly asked: { readonly parameter: string; readonly reading: UpdateReading };
    readonly answer: Float64Array;
  };
  /** Tokens of the first document, from t = `from`. */
  readonly tokenParts: {
    readonly asked: { readonly from: number };
    readonly answer: readonly TokenPart[];
  };
  /** Of the first document's tokens, (T, T) row-major; NaN where a gradient is 0. */
  readonly cosines: {
    readonly asked: { readonly group: GroupOrAll };
    readonly answer: Float64Array;
  };
  readonly weight: { readonly asked: { readonly weight: Weight }; readonly answer: WeightStep };
  /** Of the steps from `from` to the question's. */
  readonly biography: {
    readonly asked: { readonly weight: Weight; readonly from: number };
    readonly answer: readonly WeightMoment[];
  };
  readonly ledger: { readonly asked: object; readonly answer: LedgerAnswer };
  /** Of the steps from `from` to the question's. */
  readonly ledgers: {
    readonly asked: { readonly from: number };
    readonly answer: readonly LedgerOfStep[];
  };
  readonly trial: {
    readonly asked: { readonly edits: BranchWish['edits'] };
    readonly answer: Trial;
  };
  /** Weights and moments before the step, changed as wished. */
  readonly branchState: {
    readonly asked: { readonly wish: BranchWish };
    readonly answer: ModelState;
  };
}

export type UpdateQuestionKind = keyof UpdateQuestions;

const kinds: Readonly<Record<UpdateQuestionKind, true>> = {
  update: true,
  updateNumbers: true,
  tokenParts: true,
  cosines: true,
  weight: true,
  biography: true,
  ledger: true,
  ledgers: true,
  trial: true,
  branchState: true
};

export function isUpdateKind(kind: string): kind is UpdateQuestionKind {
  return Object.hasOwn(kinds, kind);
}
