import { describe, expect, test } from 'vitest';
import { CpuEngine } from '../../src/lib/engine/cpu/cpuEngine';
import { CommandQueue } from '../../src/lib/run/commandQueue';
import type { Command, RunEvent } from '../../src/lib/run/protocol';
import { train } from '../../src/lib/run/trainer';
import { orderProblem } from './grammar';
import {
  bodies,
  losses,
  only,
  perform,
  smallRequest,
  TestHost,
  whole,
  type Script
} from './scenario';

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
      notice:
        'The GPU cannot be used (WebGPU: needs an adapter, got none), so the CPU (f64) computes.'
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
        notice:
          'The GPU cannot be used (WebGPU: needs an adapter, got none), so the CPU (f64) goes on.'
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
        `^The GPU failed \\(.*lost in.*\\), so the CPU \\(f64\\) goes on from step ${changed.step}\\.$`
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

    /** A run that is given commands when a few steps have been trained again; what it told after the loss. */
    async function interrupt(...given: Command[]) {
      const commands = new CommandQueue();
      commands.push({ type: 'run' });
      let again = 0;
      const host = new TestHost(around, (engine) => {
        const proceed = engine.train.bind(engine);
        engine.train = (steps, watch) => {
          if (engine.name === 'cpu') again += steps.length;
          if (engine.name === 'cpu' && again === 3) given.forEach((one) => commands.push(one));
          return proceed(steps, watch);
        };
      });
      const events: RunEvent[] = [];
      for await (const event of train(request, commands, host)) events.push(event);
      expect(orderProblem(events, 30)).toBeNull();
      const at = events.findIndex(({ type }) => type === 'engine.changed');
      const [{ step: lost }] = only(events, 'engine.changed');
      return { told: bodies(events.slice(at + 1)), lost, again, events };
    }

    test.each<Command['type'][]>([['cancel'], ['reset', 'cancel']])(
      '%s ends that',
      async (...types) => {
        const { told, lost, again } = await interrupt(
          ...types.map((type) => ({ type }) as Command)
        );
        expect(told.map(({ type }) => type)).toEqual(
          types.map((type) => (type === 'reset' ? 'run.reset' : 'run.canceled'))
        );
        expect(again).toBeLessThan(lost / 2);
      }
    );

    test('pause is obeyed at once, and a drawing waits for its weights', async () => {
      const undisturbed = await perform(request, whole);
      const { told, lost, again, events } = await interrupt(
        { type: 'sample' },
        { type: 'engine', engine: 'cpu' },
        { type: 'pause' },
        { type: 'resume' }
      );
      expect(told.slice(0, 3)).toMatchObject([
        { type: 'run.paused', step: lost },
        { type: 'run.resumed', step: lost },
        { type: 'sample.generated', step: lost }
      ]);
      expect(again).toBe(30);
      expect(losses(events)).toEqual(losses(undisturbed.events));
    });

    test('at the last step the end waits for its drawing, and no step comes between', async () => {
      const script: Script = [...whole, [12 * 3 + 3, { type: 'step' }]];
      const lost = { faults: { save: 12 }, tick: 0 };
      const { events } = await perform(
        smallRequest({ engine: 'gpu', sample_interval: 0 }),
        script,
        lost
      );
      expect(events.slice(-3).map(({ type }) => type)).toEqual([
        'engine.changed',
        'sample.generated',
        'run.completed'
      ]);
    });

    test('a switch waits for the weights that it carries over', async () => {
      const { told, lost } = await interrupt({ type: 'engine', engine: 'gpu' });
      expect(told[0]).toMatchObject({ type: 'engine.changed', step: lost, engine: 'gpu' });
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
