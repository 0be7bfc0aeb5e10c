import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { CpuEngine } from '../../src/lib/engine/cpu/cpuEngine';
import { Sampler } from '../../src/lib/engine/sampler';
import { attentionRows } from '../../src/lib/run/attention';
import { buildCorpus } from '../../src/lib/run/corpus';
import { Plan } from '../../src/lib/run/plan';
import type { RunEvent, RunRequest } from '../../src/lib/run/protocol';
import { adamConfig, defaultSettings, type Settings } from '../../src/lib/run/settings';
import { losses, only, perform, whole } from './scenario';

/** Runs that the Python programs recorded: those of this repository, and those beside it where they are at hand. */
const own = new URL('../reference/', import.meta.url);
const beside = new URL('../../../shared/oracle/', import.meta.url);

interface Recorded {
  readonly config: Partial<Settings>;
  readonly seed: number;
  readonly corpus: string;
  readonly losses: readonly number[];
  readonly samples: readonly string[];
}

const read = (folder: URL, name: string) => readFileSync(new URL(name, folder), 'utf8');

/** Lines as Python reads them, without their blanks. */
function request(changes: Partial<Settings>, text: string): RunRequest {
  return {
    settings: { ...defaultSettings, engine: 'cpu', ...changes },
    corpus: buildCorpus('test', 'Test', text)
  };
}

describe.each([
  ['microgpt-relu-tiny-seed3.json', own],
  ['microgpt-names-seed42.json', beside]
])('%s', (name, folder) => {
  test.skipIf(!existsSync(new URL(name, folder)))(
    'losses and samples, undisturbed or not',
    async () => {
      const run = JSON.parse(read(folder, name)) as Recorded;
      const settings = { ...run.config, seed: String(run.seed), sample_count: run.samples.length };
      const asked = request(settings, read(folder, run.corpus));
      const { events } = await perform(asked, [
        [0, { type: 'run' }],
        [50, { type: 'sample' }]
      ]);
      losses(events).forEach((loss, i) =>
        expect(Math.abs(loss / run.losses[i] - 1), `step ${i + 1}`).toBeLessThan(1e-9)
      );
      expect(losses(events)).toHaveLength(run.losses.length);
      const samples = only(events, 'sample.generated').at(-1)!.samples;
      expect(samples.map(({ text }) => text)).toEqual(run.samples);
    }
  );
});

interface Token {
  readonly position: number;
  readonly input_token: string;
  readonly target_token: string;
  readonly top_k: readonly {
    readonly token_id: number;
    readonly token: string;
    readonly prob: number;
  }[];
}

/** An event of MicroLLM Lab, with the payload of its type. */
interface TheirEvent {
  readonly type: string;
  readonly payload: {
    readonly token_summaries: readonly Token[];
    readonly token_attention: readonly {
      readonly position: number;
      readonly heads: readonly number[][];
    }[];
    readonly loss: number;
    readonly gradient_norms: Record<string, number>;
    readonly update_norms: Record<string, number>;
    readonly learning_rate: number;
    readonly samples: readonly string[];
  };
}

const microllm = 'microllm-events-seed42.json';

describe.skipIf(!existsSync(new URL(microllm, beside)))(microllm, () => {
  let theirs: readonly TheirEvent[];
  let ours: readonly RunEvent[];
  let asked: RunRequest;
  let vocabulary: readonly string[];

  beforeAll(async () => {
    const { docs, config, events } = JSON.parse(read(beside, microllm)) as Theirs;
    theirs = events;
    asked = request({ ...pick(config), seed: String(config.seed) }, docs.join('\n'));
    ours = (await perform(asked, whole, { watch: 'every' })).events;
    [{ vocabulary }] = only(ours, 'run.started');
  });

  const payloads = (type: string) =>
    theirs.filter((event) => event.type === type).map(({ payload }) => payload);

  test('the order of events', () => {
    const named = ours
      .map(({ type }) => type)
      .filter((type) => !/^run\.(resumed|completed)/.test(type));
    expect(named).toEqual(theirs.map(({ type }) => type));
  });

  test('tokens and the likeliest next ones', () => {
    const summaries = only(ours, 'step.forward').map(({ tokens }) =>
      tokens.map(({ position, input, target, top_k }) => ({
        position,
        input_token: vocabulary[input],
        target_token: vocabulary[target],
        top_k: top_k.map(({ token_id, prob }) => ({
          token_id,
          token: vocabulary[token_id],
          prob: rounded(prob)
        }))
      }))
    );
    expect(summaries).toEqual(payloads('step.forward').map((payload) => payload.token_summaries));
  });

  test('attention of every layer and head', () => {
    const attention = only(ours, 'step.attention').map((frame) => {
      const heads = attentionRows(frame).flat();
      return Array.from({ length: frame.T }, (_, position) => ({
        position,
        heads: heads.map((rows) => rows[position].map(rounded))
      }));
    });
    expect(attention).toEqual(payloads('step.attention').map((payload) => payload.token_attention));
  });

  test('losses, norms and learning rates', () => {
    expect(losses(ours).map(rounded)).toEqual(payloads('step.loss').map(({ loss }) => loss));
    expect(only(ours, 'step.backward').map((event) => roundedAll(event.gradient_norms))).toEqual(
      payloads('step.backward').map((payload) => payload.gradient_norms)
    );
    expect(only(ours, 'step.update').map(({ learning_rate }) => rounded(learning_rate))).toEqual(
      payloads('step.update').map((payload) => payload.learning_rate)
    );
    expect(only(ours, 'step.update').map((event) => roundedAll(event.update_norms))).toEqual(
      payloads('step.update').map((payload) => payload.update_norms)
    );
  });

  test('samples: theirs go on with one random stream, ours begin anew at each step', async () => {
    const [first, second] = payloads('sample.generated').map(({ samples }) => samples);
    const [drawn] = only(ours, 'sample.generated');
    expect(drawn.samples.map(({ text }) => text)).toEqual(first);

    const plan = new Plan(asked);
    const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
    const sampler = new Sampler(plan.program.config, plan.tokenizer);
    await engine.load(plan.initial);
    const texts = [];
    for (const done of [0, 2]) {
      await engine.train(plan.steps(done, 2), false);
      sampler.load((await engine.save()).weights);
      for (let i = 0; i < 3; i++) texts.push(sampler.draw(plan.random, plan.settings.temperature));
    }
    expect(texts).toEqual([...first, ...second]);
  });
});

interface Theirs {
  readonly docs: readonly string[];
  readonly config: Readonly<Record<string, number>>;
  readonly events: readonly TheirEvent[];
}

/** The settings that both labs have. */
function pick(config: Theirs['config']): Partial<Settings> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key in defaultSettings));
}

function rounded(number: number): number {
  return Number(number.toFixed(6));
}

function roundedAll(norms: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(norms).map(([group, norm]) => [group, rounded(norm)]));
}
