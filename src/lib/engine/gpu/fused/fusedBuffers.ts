import type { Device } from '../device';
import { bufferUsage } from '../flags';
import { inputNumbers } from './batchRows';
import type { Plan } from './plan';
import { SPAN_STRIDE, STEP_NUMBERS } from './stepUniforms';
import { LANES, SUMS } from './sums';
import { bindings, type BufferName } from './wgsl';

/** Most steps whose sums are kept until they are read. */
export const STEPS_PER_READ = 1024;

/** Bytes of a step's sums. */
export const SUMS_BYTES = SUMS * LANES * 8;

const { STORAGE, UNIFORM, COPY_SRC, COPY_DST } = bufferUsage;

/** Every buffer of the fused path, made once; what each holds is said in wgsl.ts. */
export class FusedBuffers {
  /** What each dispatch is to do: one span for each step, two for many, one for each part of the last. */
  readonly spans: GPUBuffer;
  readonly #device: Device;
  readonly #storage: ReadonlyMap<BufferName, GPUBuffer>;

  /** @param slots most steps of one submit */
  constructor(device: Device, plan: Plan, slots: number) {
    this.#device = device;
    const spans = SPAN_STRIDE * (slots + 2 + plan.parts.length);
    this.spans = device.buffer('spans', spans, UNIFORM | COPY_DST);
    const bytes = storageBytes(plan, slots);
    this.#storage = new Map(
      bindings.map(([, name]) => [
        name,
        device.buffer(name, bytes[name], STORAGE | COPY_SRC | COPY_DST)
      ])
    );
  }

  get(name: BufferName): GPUBuffer {
    return this.#storage.get(name)!;
  }

  free(): void {
    for (const buffer of [this.spans, ...this.#storage.values()]) this.#device.free(buffer);
  }
}

/** Bytes that a step of a submit takes in the buffers that keep one beside the other. */
export function slotBytes(plan: Plan): number {
  const { steps, inputs, readings } = storageBytes(plan, 1);
  return steps + inputs + readings;
}

function storageBytes({ layout, tiles }: Plan, slots: number): Record<BufferName, number> {
  const { capacity, config } = layout.program;
  const { size } = layout.weights;
  return {
    steps: slots * STEP_NUMBERS * 4,
    inputs: slots * inputNumbers(capacity, config.vocab_size) * 4,
    weights: size * 16,
    moments: 2 * size * 16,
    gradients: size * 16,
    act: layout.activations.size * 16,
    readings: slots * (capacity + tiles.count) * 8,
    sums: STEPS_PER_READ * SUMS_BYTES
  };
}
