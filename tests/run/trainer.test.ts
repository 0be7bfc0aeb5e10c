import { describe, expect, test } from 'vitest';
import { buildCorpus } from '../../src/lib/run/corpus';
import type { RunEvent } from '../../src/lib/run/protocol';
import { orderProblem } from './grammar';
import { bodies, losses, only, perform, smallRequest, whole } from './scenario';

describe('a run is a function of its settings', () => {
  test('the same seed gives the same events', async () => {
    const [first, again] = [
      await perform(smallRequest(), whole),
      await perform(smallRequest(), whole)
    ];
    expect(first.events).toEqual(again.events);
  });

  test('another seed gives other losses', async () => {
    const [first, other] = [
      await perform(smallRequest(), whole),
      await perform(smallRequest({ seed: '43' }), whole)
    ];
    expect(losses(first.events)).not.toEqual(losses(other.events));
  });

  test('watching changes no number', async () => {
    const [never, some, every] = await Promise.all(
      (['never', 'some', 'every'] as const).map((watch) =>
        perform(smallRequest(), whole, { watch })
      )
    );
    const unwatched = (events: readonly RunEvent[]) =>
      bodies(events).filter(({ type }) => type !== 'step.forward' && type !== 'step.attention');
    expect(only(never.events, 'step.forward')).toHaveLength(0);
    expect(only(every.events, 'step.forward')).toHaveLength(12);
    expect(unwatched(some.events)).toEqual(bodies(never.events));
    expect(unwatched(every.events)).toEqual(bodies(never.events));
  });

  test('how many steps go together changes no number', async () => {
    const runs = await Promise.all(
      [0.001, 1, 500].map((tick) => perform(smallRequest(), whole, { tick }))
    );
    for (const { events } of runs) expect(bodies(events)).toEqual(bodies(runs[0].events));
    expect(runs[0].host.breaths).toBeLessThan(runs[2].host.breaths);
  });

  test('drawing samples in between moves nothing', async () => {
    const { events } = await perform(smallRequest(), whole);
    const disturbed = await perform(smallRequest(), [
      [0, { type: 'sample' }],
      [0, { type: 'run' }],
      [8, { type: 'sample', count: 7, temperature: 2 }],
      [20, { type: 'sample' }]
    ]);
    expect(only(disturbed.events, 'sample.generated')).toHaveLength(6);
    expect(losses(disturbed.events)).toEqual(losses(events));
    const last = (all: readonly RunEvent[]) => only(all, 'sample.generated').at(-1);
    expect(last(disturbed.events)!.samples).toEqual(last(events)!.samples);
  });
});

describe('a watched step', () => {
  const request = smallRequest({ batch_size: 2, n_layer: 2, top_k: 3 });

  test('tells the first document’s tokens as the engine computed them', async () => {
    const { events } = await perform(request, whole, { watch: 'every' });
    const [started] = only(events, 'run.started');
    for (const { document, tokens } of only(events, 'step.forward')) {
      const text = tokens.map(({ input }) => started.vocabulary[input]).join('');
      expect(`<BOS>${document}`).toContain(text);
      for (const { loss, target, target_prob, target_rank, top_k } of tokens) {
        expect(loss).toBeCloseTo(-Math.log(target_prob), 12);
        expect(top_k).toHaveLength(3);
        if (target_rank <= 3) expect(top_k[target_rank - 1].token_id).toBe(target);
      }
    }
  });

  test('tells attention whose rows sum to 1 and never look ahead', async () => {
    const { events } = await perform(request, whole, { watch: 'every' });
    for (const { n_layer, n_head, T, weights } of only(events, 'step.attention')) {
      expect(weights).toHaveLength(n_layer * n_head * T * T);
      for (let row = 0; row < n_layer * n_head * T; row++) {
        const numbers = weights.subarray(row * T, (row + 1) * T);
        expect(numbers.reduce((sum, a) => sum + a, 0)).toBeCloseTo(1, 12);
        expect([...numbers.subarray((row % T) + 1)].every((a) => a === 0)).toBe(true);
      }
    }
  });
});

describe('documents', () => {
  test('a batch takes the next documents, round and round', async () => {
    const { events } = await perform(smallRequest({ batch_size: 4 }), whole, { watch: 'every' });
    const docs = only(events, 'step.forward').map(({ document }) => document);
    const single = await perform(smallRequest(), whole, { watch: 'every' });
    const order = only(single.events, 'step.forward').map(({ document }) => document);
    expect(new Set(order.slice(0, 6)).size).toBe(6);
    expect(order.slice(6)).toEqual(order.slice(0, 6));
    expect(docs).toEqual(docs.map((_, s) => order[(s * 4) % 6]));
  });

  test('the share that is cut counts the BOS before a document', async () => {
    const corpus = buildCorpus('test', 'Test', 'abc\nabcd\nab\nabcde');
    const { events } = await perform({ ...smallRequest(), corpus }, []);
    expect(only(events, 'run.started')[0].cut_share).toBe(0.5);
  });
});

describe('a run that fails says why', () => {
  const diverging = smallRequest({ learning_rate: 1, init_std: 1, num_steps: 2000 });

  test('a loss that is not finite', async () => {
    const { events, drawMore } = await perform(diverging, whole, {}, (engine) => {
      const train = engine.train.bind(engine);
      engine.train = async (steps, watch) => {
        const result = await train(steps, watch);
        return {
          ...result,
          metrics: result.metrics.map((told) => (told.step === 12 ? { ...told, loss: NaN } : told))
        };
      };
    });
    expect(orderProblem(events, 2000)).toBeNull();
    expect(losses(events)).toHaveLength(11);
    expect(events.at(-1)).toMatchObject({
      type: 'run.failed',
      step: 11,
      error: 'run: needs a finite loss, got NaN at step 12; try a smaller learning_rate than 1'
    });
    expect(drawMore).toBeNull();
  });

  test('a norm that is not finite', async () => {
    const { events } = await perform(diverging, whole, {}, (engine) => {
      const train = engine.train.bind(engine);
      engine.train = async (steps, watch) => {
        const result = await train(steps, watch);
        return {
          ...result,
          metrics: result.metrics.map((told) => ({
            ...told,
            gradientNorms: { ...told.gradientNorms, mlp: Infinity }
          }))
        };
      };
    });
    expect(events.at(-1)).toMatchObject({
      step: 0,
      error:
        'run: needs a finite gradient norm of mlp, got Infinity at step 1; try a smaller learning_rate than 1'
    });
  });

  test('settings out of range, before it starts', async () => {
    const { events } = await perform(smallRequest({ n_embd: 6, n_head: 4 }), whole);
    expect(bodies(events)).toEqual([
      { type: 'run.failed', step: 0, error: 'n_embd: needs a multiple of n_head 4, got 6' }
    ]);
  });

  test('a corpus without documents', async () => {
    const corpus = buildCorpus('test', 'Test', '\n \n');
    const { events } = await perform({ ...smallRequest(), corpus }, whole);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ error: 'corpus: needs a document, got none' });
  });

  test('whatever else an engine throws', async () => {
    const { events } = await perform(smallRequest(), whole, {}, (engine) => {
      engine.train = () => Promise.reject(new TypeError('a bug'));
    });
    expect(orderProblem(events, 12)).toBeNull();
    expect(events.at(-1)).toMatchObject({ type: 'run.failed', step: 0, error: 'a bug' });
  });
});
