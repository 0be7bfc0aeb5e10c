import { describe, expect, test } from 'vitest';
import { CpuEngine } from '../../../src/lib/engine/cpu/cpuEngine';
import type { Engine } from '../../../src/lib/engine/engine';
import { DeviceError } from '../../../src/lib/engine/errors';
import { measureDevice, type SpeedPlace } from '../../../src/lib/run/speed/measureDevice';
import { devicePlan, type SpeedPlan } from '../../../src/lib/run/speed/speedPlan';
import {
  addFinding,
  beginReport,
  readReport,
  type SpeedFinding
} from '../../../src/lib/run/speed/speedReport';

const tiny = { n_layer: 1, n_embd: 4, n_head: 1, block_size: 4, batch_size: 1 };
const plan: SpeedPlan = {
  cases: [
    {
      ...{ id: 'small', sizes: tiny, onNames: false, rounds: 3, isFresh: true },
      entrants: ['simd', 'gpu', 'cpu']
    },
    {
      id: 'batch',
      sizes: { ...tiny, batch_size: 2 },
      onNames: false,
      entrants: ['simd', 'crew', 'gpu', 'cpu'],
      rounds: 3,
      isFresh: false
    }
  ],
  milliseconds: 20,
  limit: 1000,
  late: 1e6
};

/** A place where time passes only while an engine trains: so many milliseconds a step. */
class Place implements SpeedPlace {
  readonly cores: number = 2;
  readonly opened: string[] = [];
  alive = 0;
  #time = 0;
  readonly ms: Readonly<Record<string, number>>;
  hasGpu = true;
  /** Calls of `train` after which the GPU is lost. */
  lostAfter = Infinity;

  constructor(ms: Readonly<Record<string, number>> = { simd: 1, gpu: 10, cpu: 4 }) {
    this.ms = ms;
  }

  readonly now = () => this.#time;

  async findAdapter() {
    if (!this.hasGpu) throw new DeviceError('WebGPU: needs an adapter, got none');
    return { name: 'stand-in', software: true };
  }

  async open(...[wanted, program, adam]: Parameters<SpeedPlace['open']>): Promise<Engine> {
    const { engine: name, workers, isFresh } = wanted;
    this.opened.push(`${name}${isFresh ? ' afresh' : ''}`);
    this.#time += 100;
    this.alive += 1;
    const engine = new CpuEngine(program, adam);
    const trainFor = engine.train.bind(engine);
    const train: Engine['train'] = async (steps, watch) => {
      if (name === 'gpu' && this.lostAfter-- <= 0) throw new DeviceError('WebGPU: got lost');
      this.#time += (steps.length * this.ms[name]) / workers;
      return trainFor(steps, watch);
    };
    return Object.assign(engine, { name, train, dispose: () => void (this.alive -= 1) });
  }
}

async function measured(place: Place, by = plan) {
  let report = beginReport('2026-11-21T08:00:00.000Z', 'Chromium 156', place.cores);
  const findings: SpeedFinding[] = [];
  for await (const finding of measureDevice(by, place, ['ada'])) {
    findings.push(finding);
    report = addFinding(report, finding);
  }
  const row = (id: string, entrant: string) =>
    report.rows.find((each) => each.case === id && each.entrant === entrant);
  return { report, findings, row };
}

describe('measuring a device', () => {
  test('tells of each engine and case how long a step took, turn by turn', async () => {
    const place = new Place();
    const { report, row } = await measured(place);
    expect(report.engines.map(({ entrant, software }) => [entrant, software])).toEqual([
      ['simd', false],
      ['crew', false],
      ['gpu', true],
      ['cpu', false]
    ]);
    expect(report.rows.map((each) => `${each.case} ${each.entrant}`)).toEqual([
      ...['small simd', 'small gpu', 'small cpu'],
      ...['batch simd', 'batch crew', 'batch gpu', 'batch cpu']
    ]);
    expect(row('small', 'gpu')).toMatchObject({ opened: 110, times: [10, 10, 10], failure: null });
    expect(row('small', 'simd')).toMatchObject({ opened: 101, times: [1, 1, 1] });
    expect(row('batch', 'gpu')).toMatchObject({ opened: null, times: [10, 10, 10] });
    expect(place.opened).toEqual([
      ...['simd', 'simd', 'gpu', 'cpu'],
      ...['simd afresh', 'gpu afresh', 'cpu afresh'],
      ...['simd', 'simd', 'gpu', 'cpu']
    ]);
    expect(place.alive).toBe(0);
  });

  test('the engines of a case take turns', async () => {
    const { findings } = await measured(new Place());
    const turns = findings.flatMap((each) =>
      each.type === 'doing' && each.doing.case === 'small' && each.doing.round > 0
        ? [`${each.doing.round} ${each.doing.entrant}`]
        : []
    );
    expect(turns.slice(0, 4)).toEqual(['1 simd', '1 gpu', '1 cpu', '2 simd']);
    const shares = findings.flatMap((each) => (each.type === 'doing' ? [each.doing.share] : []));
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBeLessThan(1);
    expect(shares.at(-1)).toBeGreaterThan(0.9);
  });

  test('an engine that cannot be had says why, and has no row', async () => {
    const place = new Place();
    place.hasGpu = false;
    const { report } = await measured(place);
    expect(report.engines[2]).toEqual({
      ...{ entrant: 'gpu', device: null, software: false },
      refusal: 'WebGPU: needs an adapter, got none'
    });
    expect(report.rows.map(({ entrant }) => entrant)).not.toContain('gpu');
  });

  test('one core has no crew', async () => {
    const place = Object.assign(new Place(), { cores: 1 });
    const { report } = await measured(place, { ...plan, cases: plan.cases.slice(0, 1) });
    expect(report.engines[1]).toMatchObject({
      device: null,
      refusal: 'workers: needs two cores or more, got 1'
    });
    expect(devicePlan(1).cases.flatMap(({ entrants }) => entrants)).not.toContain('crew');
    expect(devicePlan(2).cases.find(({ id }) => id === 'W3')!.entrants).toContain('crew');
  });

  test('an engine that fails keeps what it has shown, and is tried again in the next case', async () => {
    const place = new Place();
    place.lostAfter = 3;
    const { row } = await measured(place);
    const failed = row('small', 'gpu')!;
    expect(failed.failure).toBe('WebGPU: got lost');
    expect(failed.opened).toBe(110);
    expect(failed.times.length).toBeLessThan(3);
    expect(row('small', 'cpu')!.times).toHaveLength(3);
    expect(row('batch', 'gpu')).toMatchObject({ opened: null, failure: 'WebGPU: got lost' });
  });

  test('a slow engine has two turns, and no more than its time', async () => {
    const { row } = await measured(new Place({ simd: 1, gpu: 2000, cpu: 600 }));
    expect(row('small', 'gpu')!.times).toHaveLength(2);
    expect(row('small', 'cpu')!.times).toHaveLength(2);
    expect(row('small', 'simd')!.times).toHaveLength(3);
  });

  test('nobody has more than two turns when it is late', async () => {
    const { report, row } = await measured(new Place(), { ...plan, late: 1100 });
    expect(row('small', 'simd')!.times).toHaveLength(3);
    for (const { times } of report.rows.filter((each) => each.case === 'batch')) {
      expect(times).toHaveLength(2);
    }
  });

  test('a report is read again as it was written, and nothing else is', async () => {
    const { report } = await measured(new Place());
    expect(readReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
    const [row] = report.rows;
    for (const broken of [
      undefined,
      [],
      { ...report, version: 2 },
      { ...report, date: 'lately' },
      { ...report, cases: [] },
      { ...report, engines: [null] },
      { ...report, rows: [{ ...row, times: [1, 0] }] },
      { ...report, rows: [{ ...row, entrant: 'tpu' }] },
      { ...report, rows: [{ ...row, opened: '3' }] }
    ]) {
      expect(readReport(broken)).toBeNull();
    }
  });
});
