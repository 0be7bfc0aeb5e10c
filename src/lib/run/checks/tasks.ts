import type { CellCheck } from '../../engine/checks/cellCheck';
import type { EntryCheck } from '../../engine/checks/modelCheck';
import type { ComparedTensor } from '../../engine/checks/traceComparison';
import type { EngineName, NodeTime } from '../../engine/engine';
import type { OperationName } from '../../engine/ops/index';
import type { Address } from '../../engine/ops/expression';
import type { RunRequest } from '../protocol';
import type { StepSetup } from './stepSetup';

export type { CellCheck, ComparedTensor, EntryCheck, NodeTime };

/** Two ways to the same number, for one operation of the step. */
export interface AdjointFinding {
  readonly node: string;
  readonly operation: OperationName;
  /** ⟨v, J u⟩, by the forward rule. */
  readonly forward: number;
  /** ⟨Jᵀ v, u⟩, by the backward rule. */
  readonly backward: number;
  /** Their difference relative to the larger of the two; infinite where one is no number. */
  readonly relative: number;
  readonly allowed: number;
  readonly passes: boolean;
}

/** What the microscope sees: who compares, then every tensor, then how long each operation takes. */
export type ComparisonFinding =
  | { readonly type: 'devices'; readonly expected: string; readonly actual: string }
  | { readonly type: 'tensor'; readonly compared: ComparedTensor }
  | { readonly type: 'times'; readonly engine: EngineName; readonly times: readonly NodeTime[] };

/** How far two engines are apart after a step that both trained. */
export interface Gap {
  readonly step: number;
  readonly loss: { readonly expected: number; readonly actual: number };
  /** Largest |Δw|. */
  readonly largest: number;
  /** ‖Δw‖ / ‖w‖ */
  readonly relative: number;
}

/** Everything that can be checked of a step in a worker: what it is told, and what it finds one after another. */
export interface Tasks {
  /** One cell's gradient against differences over many step sizes. */
  readonly cell: { readonly told: { readonly cell: Address }; readonly found: CellCheck };
  /** ⟨v, J u⟩ = ⟨Jᵀ v, u⟩ for operations of the step. */
  readonly adjoints: {
    readonly told: {
      readonly nodes: readonly string[];
      /** The step's own inputs, or drawn ones a thousand times as large as usual. */
      readonly inputs: 'step' | 'large';
      /** Seed of the random u and v. */
      readonly draw: number;
    };
    readonly found: AdjointFinding;
  };
  /** Some entries of every parameter. */
  readonly model: {
    readonly told: { readonly entries: number; readonly draw: number };
    readonly found: EntryCheck;
  };
  /** The step by `cpu` and by another engine. */
  readonly comparison: {
    readonly told: { readonly request: RunRequest; readonly engine: EngineName };
    readonly found: ComparisonFinding;
  };
  /** Both train on by themselves. */
  readonly gaps: {
    readonly told: {
      readonly request: RunRequest;
      readonly engine: EngineName;
      readonly from: 'step' | 'start';
      readonly steps: number;
    };
    readonly found: Gap;
  };
}

export type TaskKind = keyof Tasks;
export type Found<K extends TaskKind = TaskKind> = Tasks[K]['found'];
export type Told<K extends TaskKind> = Tasks[K]['told'];

/** What a worker is sent: once, for it does one task. */
export interface Job<K extends TaskKind = TaskKind> {
  readonly kind: K;
  readonly setup: StepSetup;
  readonly told: Told<K>;
  /** Name of a planted bug that spoils the copy of the program which is checked; null: none. */
  readonly bug: string | null;
}

/** What it sends back. */
export type FromTask =
  | { readonly type: 'found'; readonly found: readonly Found[] }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: string };
