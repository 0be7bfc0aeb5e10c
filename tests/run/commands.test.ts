import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTerminal, type Command } from '../../src/lib/run/protocol';
import { orderProblem } from './grammar';
import { losses, only, perform, smallRequest, whole, type Faults, type Script } from './scenario';

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constant<Command>({ type: 'step' }),
  fc.record({ type: fc.constant('run' as const), steps: fc.integer({ min: -1, max: 15 }) }),
  fc.record({
    type: fc.constant('run' as const),
    delay: fc.constantFrom(0, 1, 30, -1, NaN, Infinity)
  }),
  fc.constantFrom<Command>({ type: 'pause' }, { type: 'resume' }, { type: 'run', steps: 1.5 }),
  fc.constantFrom<Command>({ type: 'reset' }, { type: 'cancel' }),
  fc.constantFrom<Command>(
    { type: 'sample' },
    { type: 'sample', count: 0 },
    { type: 'sample', count: 3 }
  ),
  fc.constantFrom<Command>({ type: 'engine', engine: 'gpu' }, { type: 'engine', engine: 'cpu' })
);

const script: fc.Arbitrary<Script> = fc.array(fc.tuple(fc.nat(60), command), { maxLength: 12 });

const faults: fc.Arbitrary<Faults> = fc.record(
  {
    open: fc.boolean(),
    step: fc.integer({ min: 1, max: 12 }),
    save: fc.nat(12),
    load: fc.integer({ min: 1, max: 3 })
  },
  { requiredKeys: [] }
);

const circumstances = fc.record({
  faults,
  watch: fc.constantFrom('every' as const, 'some' as const, 'never' as const),
  tick: fc.constantFrom(0, 0.01, 0.5, 4, 300)
});

describe('whatever is commanded, whenever, whatever fails', () => {
  const request = smallRequest();
  const cases = fc.tuple(script, circumstances, fc.constantFrom('cpu' as const, 'gpu' as const));

  test('events keep their order and end in one terminal event', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([commands, around, engine]) => {
        const settings = { ...request.settings, engine };
        const { events } = await perform({ ...request, settings }, commands, around);
        expect(orderProblem(events, settings.num_steps)).toBeNull();
        expect(events.filter(isTerminal)).toHaveLength(1);
        expect(only(events, 'run.failed')).toEqual([]);
      }),
      { numRuns: 300 }
    );
  });

  test('every step’s loss is that of an undisturbed run, bit for bit', async () => {
    const { events } = await perform(request, whole);
    const undisturbed = losses(events);
    await fc.assert(
      fc.asyncProperty(cases, async ([commands, around, engine]) => {
        const settings = { ...request.settings, engine };
        const outcome = await perform({ ...request, settings }, commands, around);
        for (const { step, loss } of only(outcome.events, 'step.loss')) {
          expect(loss).toBe(undisturbed[step - 1]);
        }
      }),
      { numRuns: 200 }
    );
  });

  test('every engine that was opened is disposed of', async () => {
    const { host } = await perform(smallRequest({ engine: 'gpu' }), [
      [3, { type: 'engine', engine: 'cpu' }],
      [3, { type: 'engine', engine: 'gpu' }]
    ]);
    const standIns = host.opened.filter((engine) => 'isOpen' in engine);
    expect(standIns).toHaveLength(2);
    expect(standIns.map((engine) => 'isOpen' in engine && engine.isOpen)).toEqual([false, false]);
  });
});

/** Types of events without those of steps, with the step they tell. */
async function controls(commands: Script, delayOf = smallRequest()) {
  const { events } = await perform(delayOf, commands);
  return events
    .filter(({ type }) => !type.startsWith('step.') && type !== 'run.started')
    .map((event) => `${event.type} ${'step' in event ? event.step : ''}`.trim());
}

describe('commands', () => {
  test('a run starts paused and does nothing by itself', async () => {
    expect(await controls([])).toEqual(['run.canceled 0']);
  });

  test('run trains to the end, drawing samples on the way', async () => {
    expect(await controls(whole)).toEqual([
      'run.resumed 0',
      'sample.generated 5',
      'sample.generated 10',
      'sample.generated 12',
      'run.completed 12'
    ]);
  });

  test('step trains one step, then pauses; resume goes on with the stretch that was paused', async () => {
    const commands: Script = [
      [0, { type: 'run', steps: 3 }],
      [0, { type: 'step' }],
      [99, { type: 'step' }],
      [99, { type: 'resume' }],
      [99, { type: 'resume' }]
    ];
    expect(await controls(commands)).toEqual([
      'run.resumed 0',
      'run.resumed 0',
      'run.paused 1',
      'run.resumed 1',
      'run.paused 2',
      'run.resumed 2',
      'run.paused 3',
      'run.canceled 3'
    ]);
  });

  test('reset goes back to step 0, paused, and repeats bit for bit, samples too', async () => {
    const commands: Script = [
      [0, { type: 'run', steps: 7 }],
      [99, { type: 'sample' }],
      [99, { type: 'reset' }],
      [99, { type: 'resume' }],
      [99, { type: 'run', steps: 7 }],
      [99, { type: 'sample' }]
    ];
    const { events } = await perform(smallRequest(), commands);
    const at = events.findIndex(({ type }) => type === 'run.reset');
    const told = (part: typeof events) =>
      part.map(({ seq: _seq, time: _time, ...body }) => body).slice(1);
    const again = events.slice(at, -1);
    expect(told(events.slice(0, at))).toEqual(told(again));
    expect(losses(again)).toHaveLength(7);
  });

  test('reset forgets what was drawn at step 0', async () => {
    const commands: Script = [
      [0, { type: 'sample', count: 9 }],
      [0, { type: 'reset' }],
      [0, { type: 'sample', count: 9 }]
    ];
    const { events } = await perform(smallRequest(), commands);
    const [before, after] = only(events, 'sample.generated');
    expect(after.samples).toEqual(before.samples);
  });

  test('pause is obeyed within the steps of one call', async () => {
    const commands: Script = [
      [0, { type: 'run' }],
      [9, { type: 'pause' }]
    ];
    const { events } = await perform(
      smallRequest({ num_steps: 2000, sample_interval: 0 }),
      commands
    );
    const [paused] = only(events, 'run.paused');
    expect(paused.seq).toBeLessThan(9 + 3 * 64);
  });

  test('delay waits after each step, and a pause need not wait for it', async () => {
    const commands: Script = [[0, { type: 'run', steps: 3, delay: 40 }]];
    const { host, events } = await perform(smallRequest(), commands);
    expect(only(events, 'run.resumed')[0]).toMatchObject({ delay: 40, until: 3 });
    expect(host.waited).toHaveLength(2);
    for (const ms of host.waited) expect(ms).toBeGreaterThan(35);
  });

  test('cancel ends the run where it is; further samples can be drawn from it', async () => {
    const commands: Script = [
      [0, { type: 'run', steps: 3 }],
      [99, { type: 'sample', count: 4 }],
      [99, { type: 'sample', count: 4 }]
    ];
    const { events, drawMore } = await perform(smallRequest(), commands);
    const [first, second] = only(events, 'sample.generated');
    expect(events.at(-1)).toMatchObject({ type: 'run.canceled', step: 3 });
    const third = await drawMore!(4);
    const texts = [first, second, third!].map(({ samples }) => samples.map(({ text }) => text));
    const inOne = await perform(smallRequest(), [
      [0, { type: 'run', steps: 3 }],
      [99, { type: 'sample', count: 12 }]
    ]);
    const [all] = only(inOne.events, 'sample.generated');
    expect(texts.flat()).toEqual(all.samples.map(({ text }) => text));
    expect(await drawMore!(21)).toBeNull();
    expect(await drawMore!(1, 0)).toBeNull();
  });
});
