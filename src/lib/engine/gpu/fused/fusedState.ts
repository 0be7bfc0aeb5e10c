import type { ModelState } from '../../engine';
import type { Device } from '../device';
import { bufferUsage } from '../flags';
import type { FusedBuffers } from './fusedBuffers';
import type { WeightLayout, WeightRun } from './weightLayout';

const { COPY_SRC, COPY_DST } = bufferUsage;

/** Weights, moments and gradients on their way to and from the padded buffers; outside they are laid out by `program.parameters`. */
export class FusedState {
  readonly #device: Device;
  readonly #buffers: FusedBuffers;
  readonly #layout: WeightLayout;
  #runs: readonly WeightRun[] | undefined;
  #flat: GPUBuffer | undefined;

  constructor(device: Device, buffers: FusedBuffers, layout: WeightLayout) {
    this.#device = device;
    this.#buffers = buffers;
    this.#layout = layout;
  }

  /** Rounds to f32. */
  write({ weights, m, v }: ModelState): void {
    const write = (name: 'weights' | 'moments', offset: number, values: Float64Array) =>
      this.#device.device.queue.writeBuffer(
        this.#buffers.get(name),
        offset,
        this.#layout.pad(values)
      );
    write('weights', 0, weights);
    write('moments', 0, m);
    write('moments', 16 * this.#layout.size, v);
  }

  async read(): Promise<Omit<ModelState, 'step'>> {
    const names = ['weights', 'moments'] as const;
    const bytes = await this.#device.readAll(
      names.map((name) => ({ buffer: this.#buffers.get(name) }))
    );
    const { size } = this.#layout;
    const part = (i: number) =>
      this.#layout.unpad(new Float32Array(bytes, 16 * i * size, 4 * size));
    return { weights: part(0), m: part(1), v: part(2) };
  }

  /** Of the last step trained. */
  async readGradients(): Promise<Float64Array> {
    const bytes = await this.#device.read(this.#buffers.get('gradients'));
    return this.#layout.unpad(new Float32Array(bytes));
  }

  /** A buffer of the weights as they are now, f32, without padding; valid until the next call. */
  copyWeights(): GPUBuffer {
    const { device } = this.#device;
    const bytes = 4 * this.#layout.places.length;
    this.#flat ??= this.#device.buffer('flat', bytes, COPY_SRC | COPY_DST);
    this.#runs ??= this.#layout.runs();
    const padded = this.#buffers.get('weights');
    const encoder = device.createCommandEncoder();
    for (const { from, to, length } of this.#runs) {
      encoder.copyBufferToBuffer(padded, 4 * from, this.#flat, 4 * to, 4 * length);
    }
    device.queue.submit([encoder.finish()]);
    return this.#flat;
  }

  /** Sets weights, moments and gradients to 0. */
  clear(): void {
    const encoder = this.#device.device.createCommandEncoder();
    for (const name of ['weights', 'moments', 'gradients'] as const) {
      encoder.clearBuffer(this.#buffers.get(name));
    }
    this.#device.device.queue.submit([encoder.finish()]);
  }

  free(): void {
    if (this.#flat) this.#device.free(this.#flat);
  }
}
