import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeDeviation, worstDeviation } from '../../src/lib/engine/deviation';
import { runTolerance } from '../../src/lib/engine/tolerances';
import type { RunEvent } from '../../src/lib/run/protocol';
import { settingsTable } from '../../src/lib/run/settingsTable';
import { readTrace } from '../../src/lib/run/trace';
import { orderProblem } from '../run/grammar';
import { losses, only } from '../run/scenario';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tiny = join(root, 'tests/reference/tiny.txt');
const names = join(root, '../shared/oracle/names.txt');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** Where no driver of a GPU is found, but on systems that have theirs built in. */
const withoutDriver: Environment = { VK_ICD_FILENAMES: '/no/driver' };

/** Where Chromium's Vulkan loader serves if the machine has none: `--help` says so. */
const asItIs: Environment = { LD_LIBRARY_PATH: '/usr/lib/chromium' };

/** Runs Node as a process of its own. */
function startNode(args: readonly string[], environment: Environment) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment }
  });
  const told = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (told.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (told.stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, ...told }))
  );
  return { child, ended };
}

/** Runs the command line as a process of its own. */
const start = (args: readonly string[], environment = withoutDriver) =>
  startNode(['--import', 'tsx', 'src/cli.ts', ...args], environment);

const lab = (...args: string[]) => start(args).ended;

/** Whether Dawn itself finds an adapter there, or with the software adapter that the lab lets stand in. */
async function findsAdapter(environment: Environment): Promise<boolean> {
  const program = `
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const found = await create([]).requestAdapter();
    process.exit(found ? 0 : 1);`;
  const icd = '/usr/lib/chromium/vk_swiftshader_icd.json';
  for (const tried of [environment, { VK_ICD_FILENAMES: icd, ...environment }]) {
    const { code } = await startNode(['--input-type=module', '-e', program], tried).ended;
    if (code === 0) return true;
  }
  return false;
}

const eventsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);

const small = ['train', '--corpus', tiny, '--preset', 'tiny', '--num_steps', '30'];

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'lab-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run lab', { timeout: 30_000 }, () => {
  test('--json prints one event per line, every step watched; --out writes a trace', async () => {
    const out = join(folder, 'trace.json');
    const { code, stdout } = await lab(...small, '--json', '--out', out);
    const events = eventsOf(stdout);
    expect(code).toBe(0);
    expect(orderProblem(events, 30)).toBeNull();
    expect(only(events, 'step.forward')).toHaveLength(30);
    const [attention] = only(events, 'step.attention');
    const rows = attention.weights as unknown as number[][][][];
    expect(rows[0][0].map((row) => row.length)).toEqual(rows[0][0].map((_, t) => t + 1));
    const snapshot = readTrace(readFileSync(out, 'utf8'));
    expect(snapshot.status).toBe('completed');
    expect(snapshot.curves.loss).toEqual(losses(events));
  });

  test.skipIf(!existsSync(names))('microgpt’s own run, to the last digit told', async () => {
    const { code, stdout } = await lab(
      ...['train', '--corpus', names, '--preset', 'microgpt', '--engine', 'cpu', '--json']
    );
    const [sampled, completed] = eventsOf(stdout).slice(-2);
    expect(code).toBe(0);
    expect(completed).toMatchObject({ type: 'run.completed', step: 1000 });
    expect(losses(eventsOf(stdout)).at(-1)).toBeCloseTo(2.6496944697, 10);
    expect(only([sampled], 'sample.generated')[0].samples.slice(0, 4)).toMatchObject([
      { text: 'kamon' },
      { text: 'ann' },
      { text: 'karai' },
      { text: 'jaire' }
    ]);
  });

  test('without --json: samples with their marks, progress on stderr', async () => {
    const { code, stdout, stderr } = await lab('train', '--pack', 'arithmetic', '--preset', 'tiny');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Samples after step 100 at 0.5: \d+ % valid, \d+ % copied\n/);
    expect(stdout.match(/^ {2}(valid {2}|invalid) (copied|novel ) {2}/gm)).toHaveLength(10);
    expect(stderr).toMatch(/^Sums: 60 documents; .*; cpu \(TypeScript, f64\)\n/);
    expect(stderr).toMatch(/\nstep 200\/200 {2}loss \d\.\d{4}/);
    expect(stderr).toMatch(/\nCompleted 200 steps; last loss \d\.\d+\.\n$/);
  });

  test('the built-in names are said to stand in', async () => {
    const { stderr } = await lab('train', '--num_steps', '1');
    expect(stderr).toMatch(/^Names: the built-in list of \d+ stands in for the whole one\.\n/);
  });

  test.each([
    ['without a driver', withoutDriver],
    ['with what the machine has', asItIs]
  ])(
    '--engine gpu %s: the GPU tells the reference’s losses, or the CPU does and says why',
    async (_, environment) => {
      const [hasAdapter, reference, { code, stdout, stderr }] = await Promise.all([
        findsAdapter(environment),
        lab(...small, '--json'),
        start([...small, '--engine', 'gpu', '--json'], environment).ended
      ]);
      const events = eventsOf(stdout);
      const [{ engine, notice }] = only(events, 'run.started');
      expect({ code, engine }).toEqual({ code: 0, engine: hasAdapter ? 'gpu' : 'simd' });
      expect(orderProblem(events, 30)).toBeNull();
      const expected = losses(eventsOf(reference.stdout));
      const atol = runTolerance.losses;
      const deviation = worstDeviation(losses(events), expected, { rtol: 0, atol });
      expect(deviation.share, describeDeviation(deviation)).toBeLessThanOrEqual(1);
      expect(losses(events)).not.toEqual(expected); // f32 computed, and not the reference
      if (hasAdapter) {
        expect(notice).toBeNull();
      } else {
        expect(notice).toMatch(/^The GPU cannot be used \(.*\), so the CPU computes\.$/);
        expect(stderr).toContain(`${notice}\n`);
      }
    }
  );

  test('--help names every setting', async () => {
    const { code, stdout } = await lab('--help');
    expect(code).toBe(0);
    for (const { key } of settingsTable) expect(stdout).toContain(`--${key} `);
  });

  test('a run that fails exits with 1', async () => {
    const { code, stdout } = await lab(
      ...[
        ...small,
        '--learning_rate',
        '1',
        '--init_std',
        '1',
        '--eps_adam',
        '1e-320',
        '--beta2',
        '0'
      ],
      ...['--beta1', '0', '--json', '--num_steps', '2000', '--lr_schedule', 'constant']
    );
    expect(code).toBe(1);
    expect(eventsOf(stdout).at(-1)).toMatchObject({ type: 'run.failed' });
  });

  test('a reader that has seen enough ends it quietly', async () => {
    const { child, ended } = start([...small, '--json', '--num_steps', '2000']);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toBe('');
  });

  test('an interrupt cancels the run and still writes the trace', async () => {
    const out = join(folder, 'canceled.json');
    const max = ['train', '--corpus', tiny, '--preset', 'max', '--batch_size', '8', '--json'];
    const { child, ended } = start([...max, '--out', out]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(eventsOf(stdout).at(-1)).toMatchObject({ type: 'run.canceled' });
    expect(readTrace(readFileSync(out, 'utf8')).status).toBe('canceled');
  });
});

describe('bad arguments exit with 2 and are named', { timeout: 30_000 }, () => {
  const binary = () => {
    const path = join(folder, 'binary.txt');
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x41]));
    return path;
  };
  const blank = () => {
    const path = join(folder, 'blank.txt');
    writeFileSync(path, ' \n\n');
    return path;
  };

  test.each<[string, () => string[], string | RegExp]>([
    ['no command', () => [], 'command: needs train, got none\n'],
    ['another command', () => ['teach'], 'command: needs train, got teach\n'],
    [
      'a value out of range',
      () => [...small, '--learning_rate', '3'],
      'learning_rate: needs a number above 0 and at most 1, got 3\n'
    ],
    [
      'a value that is no number',
      () => [...small, '--n_embd', 'x'],
      'n_embd: needs an integer from 4 to 64, got "x"\n'
    ],
    [
      'a misspelt key',
      () => [...small, '--learnin_rate', '3'],
      'option: needs a known key, got learnin_rate; nearest is learning_rate\n'
    ],
    [
      'a key begun',
      () => [...small, '--temp', '3'],
      'option: needs a known key, got temp; nearest is temperature\n'
    ],
    ['a missing value', () => [...small, '--seed'], 'seed: needs a value, got none\n'],
    ['a value too many', () => [...small, '--json=1'], 'json: needs no value, got 1\n'],
    [
      'an unknown preset',
      () => ['train', '--preset', 'huge'],
      /^preset: needs microgpt or .*, got huge\n$/
    ],
    [
      'an unknown pack',
      () => ['train', '--pack', 'poems'],
      /^pack: needs regex or .*, got poems\n$/
    ],
    [
      'pack and corpus',
      () => [...small, '--pack', 'json'],
      'corpus: needs to stand without pack, got both\n'
    ],
    [
      'no such file',
      () => ['train', '--corpus', '/no/such'],
      /^corpus: needs a file that can be read, got ENOENT/
    ],
    [
      'no UTF-8',
      () => ['train', '--corpus', binary()],
      /^corpus: needs UTF-8 text, got other bytes in /
    ],
    [
      'no text',
      () => ['train', '--corpus', blank()],
      /^corpus: needs a line that is not blank, got none in /
    ],
    [
      'no folder for the trace',
      () => [...small, '--out', '/no/such/t.json'],
      /^out: needs a folder that can be written, got ENOENT/
    ]
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await lab(...args());
    expect(stderr).toMatch(message);
    if (typeof message === 'string') expect(stderr).toBe(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
