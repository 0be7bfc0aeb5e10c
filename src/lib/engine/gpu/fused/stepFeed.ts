import { adamStep, type AdamConfig } from '../../adam';
import type { Batch } from '../../batch';
import type { TrainStep } from '../../engine';
import { ShapeError } from '../../errors';
import type { Device } from '../device';
import { writeLinks, writeRows } from './batchRows';
import type { FusedBuffers } from './fusedBuffers';
import type { Plan } from './plan';
import { layOutSpans, SPAN_STRIDE, STEP_NUMBERS, writeStep, type Span } from './stepUniforms';
import { LANES, SUMS } from './sums';

/** A step whose batch and numbers are on the GPU. */
export interface FedStep {
  readonly T: number;
  /** Where its readings begin. */
  readonly readings: number;
  /** Byte offset of the span of this step alone, and of all its weights. */
  readonly span: number;
}

/** What a submit does. */
export interface FedSubmit {
  readonly steps: readonly FedStep[];
  /** Byte offset of the span of all its steps. */
  readonly span: number;
  /** Byte offset of the span of all but the last. */
  readonly spanButLast: number;
  /** Byte offsets of the spans of the last step, with the tiles of the weights of each part. */
  readonly parts: readonly number[];
}

/** Uploads what steps need ahead of their submit: batches, learning rates, corrections of Adam. */
export class StepFeed {
  readonly #device: Device;
  readonly #buffers: FusedBuffers;
  readonly #plan: Plan;
  readonly #adam: AdamConfig;
  readonly #inputs: Uint32Array<ArrayBuffer>;
  readonly #steps: DataView<ArrayBuffer>;

  constructor(device: Device, buffers: FusedBuffers, plan: Plan, adam: AdamConfig) {
    this.#device = device;
    this.#buffers = buffers;
    this.#plan = plan;
    this.#adam = adam;
    this.#inputs = new Uint32Array(buffers.get('inputs').size / 4);
    this.#steps = new DataView(new ArrayBuffer(buffers.get('steps').size));
  }

  /** Throws ShapeError for a batch without positions or with more than the program's capacity. */
  needFit({ T }: Batch): void {
    const { capacity } = this.#plan.layout.program;
    if (T >= 1 && T <= capacity) return;
    throw new ShapeError(`train: needs a batch of 1 to ${capacity} positions, got ${T}`);
  }

  /**
   * Uploads the steps of one submit.
   * @param first place of the first among those whose sums are read together
   */
  write(steps: readonly TrainStep[], first: number): FedSubmit {
    const { layout, tiles } = this.#plan;
    let inputs = 0;
    let readings = 0;
    const fed = steps.map(({ step, batch, learning_rate }, slot) => {
      const { T } = batch;
      const rows = inputs;
      const links = writeRows(this.#inputs, rows, batch);
      inputs = writeLinks(this.#inputs, links, batch, layout.program.config.vocab_size);
      const sums = (first + slot) * SUMS * LANES;
      const update = adamStep(this.#adam, learning_rate, step);
      writeStep(this.#steps, slot, { T, rows, links, readings, sums, update });
      readings += T + tiles.count;
      return { T, readings: readings - T - tiles.count, span: slot * SPAN_STRIDE };
    });
    this.#upload(steps.length, inputs);
    const [span, spanButLast, ...parts] = this.#spans(steps.length)
      .map((_, i) => i * SPAN_STRIDE)
      .slice(steps.length);
    return { steps: fed, span, spanButLast, parts };
  }

  #upload(steps: number, inputs: number): void {
    const { queue } = this.#device.device;
    const buffers = this.#buffers;
    queue.writeBuffer(buffers.get('inputs'), 0, this.#inputs, 0, inputs);
    queue.writeBuffer(buffers.get('steps'), 0, this.#steps.buffer, 0, 4 * STEP_NUMBERS * steps);
    queue.writeBuffer(buffers.spans, 0, layOutSpans(this.#spans(steps)));
  }

  /** Each step, all of them, all but the last, each part of the last. */
  #spans(steps: number): Span[] {
    const { parts, tiles } = this.#plan;
    const all = { from: 0, to: tiles.count };
    const last = { first: steps - 1, end: steps };
    return [
      ...Array.from({ length: steps }, (_, i) => ({ first: i, end: i + 1, tiles: all })),
      { first: 0, end: steps, tiles: all },
      { first: 0, end: steps - 1, tiles: all },
      ...parts.map((part) => ({ ...last, tiles: part.tiles ?? all }))
    ];
  }
}
