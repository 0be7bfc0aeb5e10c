/**
 * `npm test`: every check there is, stage by stage, up to the first that fails. The last line sums what
 * the test runners report; a stage that fails without a failed test counts as one failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { addCounts, readCounts, type Counts } from './testCounts';

interface Stage {
  name: string;
  command: string;
  /** Where the stage's test runner writes its JSON report. */
  report?: string;
}

const folder = 'test-results';
const vitest = (project: string) =>
  `vitest run --project ${project} --allowOnly=false --reporter=default --reporter=json --outputFile=${folder}/${project}.json`;

const stages: Stage[] = [
  { name: 'format', command: 'prettier --check .' },
  { name: 'lint', command: 'eslint . --max-warnings 0' },
  { name: 'types', command: 'npm run check' },
  { name: 'unit', command: vitest('node'), report: `${folder}/node.json` },
  { name: 'gpu', command: vitest('gpu'), report: `${folder}/gpu.json` },
  { name: 'build', command: 'vite build' },
  { name: 'e2e', command: 'playwright test --forbid-only', report: `${folder}/e2e.json` }
];

function run({ name, command, report }: Stage): Counts {
  console.log(`\n== ${name}: ${command}`);
  const hasPassed = spawnSync(command, { shell: true, stdio: 'inherit' }).status === 0;
  const counts = report ? readCounts(read(report)) : { passed: 0, failed: 0, skipped: 0 };
  return hasPassed ? counts : { ...counts, failed: Math.max(1, counts.failed) };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

let total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const stage of stages) {
  total = addCounts(total, run(stage));
  if (total.failed > 0) {
    console.log(`\nStopped: ${stage.name} failed.`);
    process.exitCode = 1;
    break;
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
