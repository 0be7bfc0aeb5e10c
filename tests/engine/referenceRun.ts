import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scheduledRate } from '$lib/engine/adam';
import { makeBatch, type Batch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { initialize } from '$lib/engine/initialize';
import { buildProgram, type Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import { Sampler } from '$lib/engine/sampler';
import { Tokenizer } from '$lib/engine/tokenizer';

type Matrices = Record<string, number[][]>;

/** A run that a Python program computed, as recorded beside it. */
export interface ReferenceRun {
  readonly config: Record<
    | 'n_embd'
    | 'n_head'
    | 'n_layer'
    | 'block_size'
    | 'num_steps'
    | 'learning_rate'
    | 'beta1'
    | 'beta2'
    | 'eps_adam'
    | 'temperature',
    number
  >;
  readonly variant: {
    readonly init_std: number;
    readonly zero_init_projections: boolean;
    readonly activation: 'relu' | 'relu2';
    readonly lr_schedule: 'linear' | 'cosine';
  };
  readonly seed: number;
  /** File name, in the run's own folder. */
  readonly corpus: string;
  readonly num_docs: number;
  /** After the shuffle. */
  readonly first_docs: string[];
  readonly uchars: string;
  readonly vocab_size: number;
  readonly num_params: number;
  /** Of the first 5 steps. */
  readonly tokens: number[][];
  readonly initial: Matrices;
  readonly losses: number[];
  /** Before the update, by step. */
  readonly gradients: Record<string, Matrices>;
  readonly final: Matrices;
  readonly samples: string[];
}

/** What the cpu engine makes of a run's settings and corpus. */
export interface Replay {
  readonly program: Program;
  readonly docs: string[];
  readonly tokenizer: Tokenizer;
  readonly initial: Float64Array;
  readonly losses: number[];
  readonly gradients: ReadonlyMap<number, ReadonlyMap<string, Float64Array>>;
  readonly final: Float64Array;
  readonly samples: string[];
}

const folders = {
  own: fileURLToPath(new URL('../reference/', import.meta.url)),
  shared: fileURLToPath(new URL('../../../shared/oracle/', import.meta.url))
};

/** The runs by name, and whether this clone has them: the larger ones are not part of the repository. */
export const referenceRuns = (
  [
    ['microgpt-relu-tiny-seed3', 'own'],
    ['microgpt-relu2-cosine-tiny-seed3', 'own'],
    ['unicode-seed0', 'own'],
    ['unicode-seed1099511627783', 'own'],
    ['microgpt-names-seed42', 'shared'],
    ['microgpt-relu2-cosine-names-seed42', 'shared'],
    ['microgpt-2layer-names-seed1337', 'shared']
  ] as const
).map(([name, folder]) => {
  const path = `${folders[folder]}${name}.json`;
  return { name, path, folder: folders[folder], present: folder === 'own' || existsSync(path) };
});

export function readRun({ path }: { path: string }): ReferenceRun {
  return JSON.parse(readFileSync(path, 'utf8')) as ReferenceRun;
}

/** A run's documents, in the file's order. */
export function readDocuments(run: ReferenceRun, folder: string): string[] {
  const lines = readFileSync(folder + run.corpus, 'utf8').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** Does the run with the cpu engine, from the shuffle to the samples. */
export async function replay(run: ReferenceRun, documents: readonly string[]): Promise<Replay> {
  const { config, variant, seed } = run;
  const random = new Random(seed);
  const docs = [...documents];
  random.shuffle(docs);
  const tokenizer = new Tokenizer(docs);
  const { vocab_size } = tokenizer;
  const model = { ...config, vocab_size, activation: variant.activation, batch_size: 1 };
  const program = buildProgram(model);
  const { init_std, zero_init_projections } = variant;
  const state = initialize(
    model,
    { init_std, init_zero_projections: zero_init_projections },
    random
  );
  const engine = new CpuEngine(program, config);
  await engine.load(state);
  const batch = (step: number) =>
    makeBatch([tokenizer.encode(docs[(step - 1) % docs.length])], config.block_size);
  const { losses, gradients } = await train(engine, run, batch);
  const { weights: final } = await engine.save();
  const sampler = new Sampler(model, tokenizer);
  sampler.load(final);
  const samples = run.samples.map(() => sampler.draw(random, config.temperature));
  return { program, docs, tokenizer, initial: state.weights, losses, gradients, final, samples };
}

async function train(engine: CpuEngine, run: ReferenceRun, batch: (step: number) => Batch) {
  const { learning_rate, num_steps } = run.config;
  const losses: number[] = [];
  const gradients = new Map<number, ReadonlyMap<string, Float64Array>>();
  for (let step = 1; step <= num_steps; step++) {
    if (String(step) in run.gradients) {
      gradients.set(step, (await engine.trace(batch(step))).gradients);
    }
    const rate = scheduledRate(run.variant.lr_schedule, learning_rate, step - 1, num_steps);
    const { metrics } = await engine.train(
      [{ step, batch: batch(step), learning_rate: rate }],
      false
    );
    losses.push(metrics[0].loss);
  }
  return { losses, gradients };
}
