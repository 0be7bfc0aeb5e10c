import type { Device } from '../device';
import { bufferUsage } from '../flags';
import type { BindGroupLayouts } from './pipelines';
import type { Plan } from './plan';
import { STEP_STRIDE } from './stepUniforms';
import { LANES, SUMS } from './sums';
import { UNIT } from './weightLayout';
import { bindings, type Bindings, type BufferName } from './wgsl';

/** Most steps whose sums are kept until they are read. */
export const STEPS_PER_READ = 256;

/** Bytes of a step's sums. */
export const SUMS_BYTES = SUMS * LANES * 8;

const STORAGE = bufferUsage.STORAGE | bufferUsage.COPY_SRC | bufferUsage.COPY_DST;

/** Every buffer of the fused path, made once; what each holds is said in wgsl.ts. */
export class FusedBuffers {
  readonly steps: GPUBuffer;
  readonly #device: Device;
  readonly #storage: Readonly<Record<BufferName, GPUBuffer>>;

  /** @param slots most steps of one submit */
  constructor(device: Device, { layout, parts }: Plan, slots: number) {
    this.#device = device;
    const { capacity, config, num_params } = layout.program;
    const { size } = layout.weights;
    const storage = (label: string, bytes: number) => device.buffer(label, bytes, STORAGE);
    this.steps = device.buffer(
      'steps',
      // The last step may be cut into parts, each with uniforms of its own.
      (slots + parts.length) * STEP_STRIDE,
      STORAGE | bufferUsage.UNIFORM
    );
    this.#storage = {
      rows: storage('rows', slots * capacity * 16),
      links: storage('links', slots * (config.vocab_size + capacity) * 4),
      weights: storage('weights', size * 16),
      act: storage('act', layout.activations.size * 16),
      gradients: storage('gradients', size * 16),
      losses: storage('losses', slots * capacity * 4),
      moments: storage('moments', 2 * size * 16),
      flat: storage('flat', num_params * 4),
      table: storage('table', size * 4),
      squares: storage('squares', ((slots * size) / UNIT) * 8),
      sums: storage('sums', STEPS_PER_READ * SUMS_BYTES)
    };
    device.device.queue.writeBuffer(this.get('table'), 0, layout.weights.table());
  }

  get(name: BufferName): GPUBuffer {
    return this.#storage[name];
  }

  bind(kind: Bindings, layouts: BindGroupLayouts): GPUBindGroup {
    const step =
      kind === 'sums' ? { buffer: this.steps } : { buffer: this.steps, size: STEP_STRIDE };
    const storage = bindings[kind].map(([, name]) => ({ buffer: this.get(name) }));
    return this.#device.device.createBindGroup({
      label: kind,
      layout: layouts[kind],
      entries: [step, ...storage].map((resource, binding) => ({ binding, resource }))
    });
  }

  free(): void {
    for (const buffer of [this.steps, ...Object.values(this.#storage)]) this.#device.free(buffer);
  }
}
