import { describe, expect, test } from 'vitest';
import { CpuEngine } from '../../src/lib/engine/cpu/cpuEngine';
import type { Command, RunEvent } from '../../src/lib/run/protocol';
import { orderProblem } from './grammar';
import { bodies, losses, only, perform, smallRequest, whole } from './scenario';

describe('engines', () => {
  test('a switch carries weights and moments over', async () => {
    const { events } = await perform(smallRequest(), whole);
    const switched = await perform(smallRequest(), [
      [0, { type: 'run', steps: 4 }],
      [99, { type: 'engine', engine: 'gpu' }],
      [99, { type: 'run', steps: 4 }],
      [99, { type: 'engine', engine: 'cpu' }],
      [99, { type: 'run' }]
    ]);
    expect(losses(switched.events)).toEqual(losses(events));
    expect(only(switched.events, 'engine.changed')).toMatchObject([
      { step: 4, engine: 'gpu', device: 'stand-in', notice: null },
      { step: 8, engine: 'cpu', notice: null }
    ]);
  });

  test('a GPU that cannot be opened leaves the CPU, with a sentence', async () => {
    const around = { faults: { open: true } };
    const asked = await perform(smallRequest({ engine: 'gpu' }), whole, around);
    expect(asked.events[0]).toMatchObject({
      engine: 'cpu',
      notice: 'The GPU cannot be used (WebGPU: needs an adapter, got none), so the CPU computes.'
    });
    expect(asked.events.at(-1)).toMatchObject({ type: 'run.completed' });
    const switched = await perform(
      smallRequest(),
      [[0, { type: 'engine', engine: 'gpu' }]],
      around
    );
    expect(only(switched.events, 'engine.changed')).toMatchObject([
      {
        engine: 'cpu',
        notice: 'The GPU cannot be used (WebGPU: needs an adapter, got none), so the CPU goes on.'
      }
    ]);
  });

  test.each([
    ['in mid-training', { step: 230 }, 229],
    ['while its state is copied', { save: 110 }, 200]
  ])('a GPU that fails %s: the CPU goes on from there', async (_, faults, latest) => {
    const changes = { num_steps: 250, sample_interval: 0 } as const;
    const { events } = await perform(smallRequest(changes), whole);
    const request = smallRequest({ ...changes, engine: 'gpu' });
    const failed = await perform(request, whole, { faults, tick: 0.05 });
    const [changed] = only(failed.events, 'engine.changed');
    expect(changed.engine).toBe('cpu');
    expect(changed.notice).toMatch(
      new RegExp(
        `^The GPU failed \\(.*lost in.*\\), so the CPU goes on from step ${changed.step}\\.$`
      )
    );
    expect(changed.step).toBeGreaterThan(100);
    expect(changed.step).toBeLessThanOrEqual(latest);
    expect(losses(failed.events)).toEqual(losses(events));
    expect(orderProblem(failed.events, 250)).toBeNull();
  });

  describe('while the CPU catches up with a lost GPU', () => {
    const request = smallRequest({ engine: 'gpu', num_steps: 30, sample_interval: 0 });
    const around = { faults: { step: 25 }, tick: 4 };

    /** A run that is given commands as soon as the loss is told, and the steps that the CPU trained again. */
    async function interrupt(...commands: Command[]) {
      const { events } = await perform(request, whole, around);
      const at = events.findIndex(({ type }) => type === 'engine.changed') + 1;
      const missing = (events[at - 1] as Extract<RunEvent, { type: 'engine.changed' }>).step;
      let again = 0;
      const script = [...whole, ...commands.map((command) => [at, command] as const)];
      const run = await perform(request, script, around, (engine) => {
        const train = engine.train.bind(engine);
        engine.train = (steps, watch) => {
          if (engine.name === 'cpu') again += steps.length;
          return train(steps, watch);
        };
      });
      expect(orderProblem(run.events, 30)).toBeNull();
      return { told: bodies(run.events).slice(at), missing, again, undisturbed: events };
    }

    test.each(['cancel', 'reset'] as const)('%s ends that', async (type) => {
      const { told, missing, again } = await interrupt({ type });
      expect(told.map((event) => event.type)).toEqual([
        ...(type === 'reset' ? ['run.reset'] : []),
        'run.canceled'
      ]);
      expect(again).toBeLessThan(missing / 2);
    });

    test('pause is obeyed at once, and a drawing waits for its weights', async () => {
      const { told, missing, again, undisturbed } = await interrupt(
        { type: 'sample' },
        { type: 'engine', engine: 'cpu' },
        { type: 'pause' },
        { type: 'resume' }
      );
      expect(told.slice(0, 3)).toMatchObject([
        { type: 'run.paused', step: missing },
        { type: 'run.resumed', step: missing },
        { type: 'sample.generated', step: missing }
      ]);
      expect(again).toBe(30);
      expect(told.at(-1)).toEqual(bodies(undisturbed).at(-1));
    });

    test('a switch waits for the weights that it carries over', async () => {
      const { told, missing } = await interrupt({ type: 'engine', engine: 'gpu' });
      expect(told[0]).toMatchObject({ type: 'engine.changed', step: missing, engine: 'gpu' });
    });
  });

  test('auto takes what the place offers', async () => {
    const notice = 'The CPU computes: the only GPU here is a CPU.';
    const offers = [
      { engine: 'gpu' as const, notice: null },
      { engine: 'cpu' as const, notice }
    ];
    for (const auto of offers) {
      const { events } = await perform(smallRequest({ engine: 'auto' }), [], { auto });
      expect(events[0]).toMatchObject(auto);
    }
  });

  test('the CPU’s own failures are no reason to replay', async () => {
    const { host } = await perform(smallRequest(), whole);
    expect(host.opened).toHaveLength(1);
    expect(host.opened[0]).toBeInstanceOf(CpuEngine);
  });
});
