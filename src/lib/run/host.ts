import type { AdamConfig } from '../engine/adam';
import type { Engine, EngineName } from '../engine/engine';
import type { Program } from '../engine/program';

/** An engine, and why it is not the one hoped for. */
export interface EngineOffer {
  readonly engine: EngineName;
  readonly notice: string | null;
}

/** What a run needs from the place where it runs: a worker, Node, or a test. */
export interface TrainerHost {
  /** Throws DeviceError if that engine cannot be had here. */
  open(engine: EngineName, program: Program, adam: AdamConfig): Promise<Engine>;
  /** The engine that `auto` stands for. */
  autoEngine(): Promise<EngineOffer>;
  /** Milliseconds, never going back. */
  now(): number;
  /** Lets messages arrive: one turn of the event loop, without a timer. */
  breathe(): Promise<void>;
  wait(ms: number): Promise<void>;
  /**
   * Whether the next step that can be watched should be.
   * @param isLast whether training pauses after it
   */
  wantsFrame(isLast: boolean): boolean;
  /** Every step can be watched: steps are then trained one by one. */
  readonly watchesEveryStep: boolean;
}
