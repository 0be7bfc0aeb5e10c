import { adamStep, type AdamConfig } from '../../adam';
import type { Batch } from '../../batch';
import type { TrainStep } from '../../engine';
import { ShapeError } from '../../errors';
import type { Device } from '../device';
import { writeLinks, writeRows } from './batchRows';
import type { FusedBuffers } from './fusedBuffers';
import type { Plan } from './plan';
import { STEP_STRIDE, writeStep, writeTiles, type TileRange } from './stepUniforms';
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
  readonly #links: Uint32Array<ArrayBuffer>;
  readonly #uniforms: DataView<ArrayBuffer>;

  constructor(device: Device, buffers: FusedBuffers, plan: Plan, adam: AdamConfig) {
    this.#device = device;
    this.#buffers = buffers;
    this.#plan = plan;
    this.#adam = adam;
    this.#rows = new Uint32Array(buffers.get('rows').size / 4);
    this.#links = new Uint32Array(buffers.get('links').size / 4);
    this.#uniforms = new DataView(new ArrayBuffer(buffers.steps.size));
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
  write(steps: readonly TrainStep[], first: number): FedStep[] {
    const { vocab_size } = this.#plan.layout.program.config;
    let row = 0;
    const fed = steps.map(({ step, batch, learning_rate }, slot) => {
      const { T } = batch;
      const uniforms = slot * STEP_STRIDE;
      const links = slot * vocab_size + row;
      writeRows(this.#rows, row, batch);
      writeLinks(this.#links, links, batch, vocab_size);
      writeStep(this.#uniforms, uniforms, {
        ...{ T, slot, row, links, sums: (first + slot) * SUMS * LANES, tiles: this.#plan.tiles },
        update: adamStep(this.#adam, learning_rate, step)
      });
      row += T;
      return { T, row: row - T, uniforms };
    });
    this.#upload(steps.length, row, steps.length * vocab_size + row);
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
    this.#device.device.queue.writeBuffer(this.#buffers.steps, uniforms, copy.buffer);
    return uniforms;
  }

  #upload(steps: number, rows: number, links: number): void {
    const { queue } = this.#device.device;
    const buffers = this.#buffers;
    queue.writeBuffer(buffers.get('rows'), 0, this.#rows, 0, 4 * rows);
    queue.writeBuffer(buffers.get('links'), 0, this.#links, 0, links);
    queue.writeBuffer(buffers.steps, 0, this.#uniforms.buffer, 0, steps * STEP_STRIDE);
  }
}
