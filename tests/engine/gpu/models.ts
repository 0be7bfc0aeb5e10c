import { bufferUsage } from '$lib/engine/gpu/flags';
import type { Device } from '$lib/engine/gpu/device';
import { makeBatch, type Batch } from '$lib/engine/batch';
import type { ModelState } from '$lib/engine/engine';
import { initialize } from '$lib/engine/initialize';
import { buildProgram, type ModelConfig, type Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';

export const adam = { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 };

const small: ModelConfig = {
  vocab_size: 11,
  n_layer: 2,
  n_embd: 12,
  n_head: 3,
  block_size: 7,
  activation: 'relu',
  batch_size: 3
};

/** A model of two layers with weights that f32 holds exactly. */
export function smallModel(config: Partial<ModelConfig> = {}): {
  program: Program;
  state: ModelState;
} {
  const model = { ...small, ...config };
  const init = { init_std: 0.2, init_zero_projections: false };
  const state = initialize(model, init, new Random(7));
  const weights = state.weights.map((w) => Math.fround(w));
  return { program: buildProgram(model), state: { ...state, weights } };
}

/** Documents of the given lengths, one of which may be longer than block_size and is then cut. */
export function drawBatch({ config }: Program, lengths: readonly number[], seed = 3): Batch {
  const random = new Random(seed);
  const token = () => Math.floor(random.random() * config.vocab_size);
  const documents = lengths.map((length) => Int32Array.from({ length: length + 1 }, token));
  return makeBatch(documents, config.block_size);
}

/** Weights as a flat f32 buffer. */
export function weightsOnGpu(device: Device, { weights }: ModelState): GPUBuffer {
  const { COPY_SRC, COPY_DST } = bufferUsage;
  const buffer = device.buffer('weights', 4 * weights.length, COPY_SRC | COPY_DST);
  device.device.queue.writeBuffer(buffer, 0, Float32Array.from(weights));
  return buffer;
}
