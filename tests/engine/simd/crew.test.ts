import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TrainStep } from '$lib/engine/engine';
import { ShardSummer, sharedBytes, viewShared, type Crew } from '$lib/engine/simd/crew';
import type { SimdModule } from '$lib/engine/simd/module';
import { cutBatch, mostShards } from '$lib/engine/simd/shards';
import { SimdEngine } from '$lib/engine/simd/simdEngine';
import { adam, drawBatch, smallModel } from '../gpu/models';
import { modules } from './modules';

const { program, state } = smallModel({ n_embd: 16, n_head: 2, block_size: 32, batch_size: 20 });

/** Batches of 20 documents, and of fewer. */
const steps: readonly TrainStep[] = [20, 3, 13, 1, 20].map((B, i) => {
  const lengths = Array.from({ length: B }, (_, d) => 1 + ((d * 11 + i * 5) % 33));
  return { step: i + 1, batch: drawBatch(program, lengths, i), learning_rate: 0.01 };
});

interface Circumstances {
  readonly isShared: boolean;
  /** The call at which a member fails, from 1. */
  readonly failsAt?: number;
}

class StandInCrew implements Crew {
  readonly size: number;
  readonly shared;
  asked = 0;
  isDisposed = false;
  readonly #module: SimdModule;
  readonly #members: Promise<ShardSummer>[];
  readonly #failsAt: number;

  constructor(module: SimdModule, size: number, { isShared, failsAt = 0 }: Circumstances) {
    this.size = size;
    this.#module = module;
    this.#failsAt = failsAt;
    const memory = new SharedArrayBuffer(sharedBytes(program));
    this.shared = isShared ? viewShared(program, memory) : null;
    this.#members = Array.from({ length: size }, () =>
      ShardSummer.open(this.#module, program, this.shared)
    );
  }

  async ask(member: number, ...work: Parameters<ShardSummer['sum']>) {
    if (++this.asked === this.#failsAt) throw new Error('gone');
    return (await this.#members[member]).sum(...work);
  }

  dispose() {
    this.isDisposed = true;
  }
}

/** All bits of an array in short: what differs in many numbers would take minutes to print. */
function digest(numbers: Float64Array): string {
  return createHash('sha256')
    .update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    .digest('hex');
}

async function train(module: SimdModule, crew?: Crew, watch = false) {
  const engine = await SimdEngine.open(program, adam, { module, crew });
  await engine.load(state);
  const { metrics, frame } = await engine.train(steps, watch);
  const { weights, m, v } = await engine.save();
  const gradients = await engine.lastGradients();
  return { metrics, frame, bits: [weights, m, v, gradients].map(digest) };
}

describe.each(modules)('$kind SIMD', (module) => {
  describe.each([
    ['with memory that all see', true],
    ['with gradients handed over', false]
  ])('%s', (_, isShared) => {
    test.each([1, 2, 3, 7, 12])('a crew of %i gives the bits of none', async (size) => {
      const crew = new StandInCrew(module, size, { isShared });
      expect(await train(module, crew)).toEqual(await train(module));
      expect(crew.asked).toBeGreaterThan(size);
      expect(crew.isDisposed).toBe(false);
    });
  });

  test('a member that fails leaves the work to the others, and the bits as they are', async () => {
    const crew = new StandInCrew(module, 3, { isShared: true, failsAt: 5 });
    expect(await train(module, crew)).toEqual(await train(module));
    expect(crew).toMatchObject({ asked: 5, isDisposed: true });
  });

  test('a watched step is shared too: the same bits, and the same frame', async () => {
    const crew = new StandInCrew(module, 2, { isShared: true });
    const { frame, ...watched } = await train(module, crew, true);
    const alone = await train(module, undefined, true);
    expect({ frame, ...watched }).toEqual(alone);
    expect(watched).toMatchObject({ metrics: (await train(module)).metrics });
    expect(crew.asked).toBeGreaterThan(2 * (steps.length - 2));
  });
});

test('shards hold every document once, in order, and depend on the batch alone', () => {
  for (const { batch } of steps) {
    const chunks = cutBatch(program, batch).flat();
    expect(chunks[0]).toMatchObject({ from: 0, firstRow: 0 });
    chunks.slice(1).forEach((chunk, i) => {
      expect(chunk.from).toBe(chunks[i].to);
      expect(chunk.firstRow).toBe(chunks[i].firstRow + chunks[i].T);
    });
    const last = chunks[chunks.length - 1];
    expect([last.to, last.firstRow + last.T]).toEqual([batch.B, batch.T]);
    expect(cutBatch(program, batch).length).toBeLessThanOrEqual(mostShards(program));
  }
});
