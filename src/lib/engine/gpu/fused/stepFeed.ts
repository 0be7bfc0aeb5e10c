import { adamStep, type AdamConfig } from '../../adam';
import type { Batch } from '../../batch';
import type { TrainStep } from '../../engine';
import { ShapeError } from '../../errors';
import type { Device } from '../device';
import type { FusedBuffers } from './fusedBuffers';
import type { Plan, TileRange } from './plan';
import { STEP_STRIDE, writeStep, writeTiles } from './stepUniforms';
import { LANES, SUMS } from './sums';

/** A step whose batch and numbers are on the GPU. */
export interface FedStep {
  readonly T: number;
  /** Where its rows begin in rows and losses. */
  readonly row: number;
  /** Byte offset of its uniforms. */
  readonly uniforms: number;
}

/** Uploads what steps need ahead of their submit: batches, learning rates, corrections of Adam. */
export class StepFeed {
  readonly #device: Device;
  readonly #buffers: FusedBuffers;
  readonly #plan: Plan;
  readonly #adam: AdamConfig;
  readonly #rows: Uint32Array<ArrayBuffer>;
  readonly #uniforms: DataView<ArrayBuffer>;

  constructor(device: Device, buffers: FusedBuffers, plan: Plan, adam: AdamConfig) {
    this.#device = device;
    this.#buffers = buffers;
    this.#plan = plan;
    this.#adam = adam;
    this.#rows = new Uint32Array(buffers.get('rows').size / 4);
    this.#uniforms = new DataView(new ArrayBuffer(buffers.steps.size));
  }

  /**
   * Uploads the steps of one submit.
   * @param first place of the first in the call
   * Throws ShapeError for a batch without positions or with more than the program's capacity.
   */
  write(steps: readonly TrainStep[], first: number): FedStep[] {
    let row = 0;
    const fed = steps.map(({ step, batch, learning_rate }, slot) => {
      const T = this.#writeRows(batch, row);
      const uniforms = slot * STEP_STRIDE;
      writeStep(this.#uniforms, uniforms, {
        ...{ T, slot, row, sums: (first + slot) * SUMS * LANES, tiles: this.#plan.tiles },
        update: adamStep(this.#adam, learning_rate, step)
      });
      row += T;
      return { T, row: row - T, uniforms };
    });
    const { queue } = this.#device.device;
    const bytes = steps.length * STEP_STRIDE;
    queue.writeBuffer(this.#buffers.get('rows'), 0, this.#rows, 0, 4 * row);
    queue.writeBuffer(this.#buffers.steps, 0, this.#uniforms.buffer, 0, bytes);
    return fed;
  }

  /**
   * Uploads uniforms for one part of the last step, which computes these tiles of the weights' gradients.
   * Returns their byte offset.
   */
  writePart(last: FedStep, part: number, tiles: TileRange): number {
    const { buffer } = this.#uniforms;
    const copy = new DataView(buffer.slice(last.uniforms, last.uniforms + STEP_STRIDE));
    writeTiles(copy, 0, tiles);
    const uniforms = last.uniforms + (1 + part) * STEP_STRIDE;
    this.#device.device.queue.writeBuffer(this.#buffers.steps, uniforms, copy);
    return uniforms;
  }

  /** Returns the number of positions. */
  #writeRows({ T, tokens, targets, starts, lengths }: Batch, row: number): number {
    const { capacity } = this.#plan.layout.program;
    if (T < 1 || T > capacity) {
      throw new ShapeError(`train: needs a batch of 1 to ${capacity} positions, got ${T}`);
    }
    for (let t = 0; t < T; t++) {
      const at = 4 * (row + t);
      this.#rows[at] = tokens[t];
      this.#rows[at + 1] = targets[t];
      this.#rows[at + 2] = starts[t];
      this.#rows[at + 3] = lengths[t];
    }
    return T;
  }
}
