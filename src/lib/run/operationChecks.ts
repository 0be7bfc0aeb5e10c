import { checkAdjoint } from '../engine/checks/adjointCheck';
import { checkDifferences } from '../engine/checks/differenceCheck';
import { describeDeviation, type Deviation } from '../engine/deviation';
import { DeviceError } from '../engine/errors';
import type { Device } from '../engine/gpu/device';
import { runOnGpu } from '../engine/gpu/operationRun';
import {
  compareCase,
  makeCase,
  type CaseResult,
  type OperationCase
} from '../engine/operationCase';
import type { Operation } from '../engine/ops/operation';
import { Random } from '../engine/random';

export const checkNames = ['differences', 'adjoint', 'kernels'] as const;
export type CheckName = (typeof checkNames)[number];

/** What one check of one operation found over all of its samples. */
export interface CheckResult {
  readonly operation: string;
  readonly check: CheckName;
  /** `skipped` where there is nothing to run it on; `words` say why. */
  readonly outcome: 'passes' | 'fails' | 'skipped';
  /** The worst |Δ| in shares of what is allowed: above 1 is too far. */
  readonly share: number;
  /** Where the worst is; of a failure, what was needed and what was got. */
  readonly words: string;
  /** Numbers compared. */
  readonly compared: number;
  readonly ms: number;
}

/** Where checks run. */
export interface CheckHost {
  /** Milliseconds. */
  now(): number;
  /** A device, or in words why there is none. */
  device(): Promise<Device | string>;
}

type Verdict = Omit<CheckResult, 'operation' | 'check' | 'ms'>;

/** One comparison: where, how far, of how many numbers. */
interface Finding {
  readonly where: string;
  readonly deviation: Deviation;
  readonly compared: number;
}

/** Entries of each input moved one by one: enough to meet every row and column of the samples, soon enough to wait. */
const MOST_ENTRIES = 64;

/** Runs every check of an operation over all of its samples, one result after the other. */
export async function* checkOperation(
  operation: Operation,
  host: CheckHost
): AsyncGenerator<CheckResult> {
  const device = await host.device();
  const random = new Random(1);
  const cases = operation.samples.map((sample) => makeCase(operation, sample, random));
  const checks: Record<CheckName, () => Promise<Verdict> | Verdict> = {
    differences: () => verdict(cases.flatMap(differences)),
    adjoint: () => verdict(cases.map((operationCase) => adjoint(operationCase, random))),
    kernels: () => kernels(device, cases)
  };
  for (const check of checkNames) {
    const started = host.now();
    const found = await checks[check]();
    yield { operation: operation.name, check, ...found, ms: host.now() - started };
  }
}

function verdict(findings: readonly Finding[]): Verdict {
  const { where, deviation } = findings.reduce((a, b) =>
    b.deviation.share > a.deviation.share ? b : a
  );
  const passes = findings.every((finding) => finding.deviation.share <= 1);
  return {
    outcome: passes ? 'passes' : 'fails',
    share: deviation.share,
    words: passes ? where : `${where}: needs ${describeDeviation(deviation)}`,
    compared: findings.reduce((sum, { compared }) => sum + compared, 0)
  };
}

function differences(operationCase: OperationCase): Finding[] {
  return checkDifferences(operationCase, MOST_ENTRIES).map(({ input, deviation, moved }) => ({
    where: `d${input}[${deviation.index}]${sizes(operationCase)}`,
    deviation,
    compared: moved
  }));
}

function adjoint(operationCase: OperationCase, random: Random): Finding {
  const { forward, backward, error, allowed } = checkAdjoint(operationCase, random);
  // What is no number is infinitely far.
  const share = Number.isNaN(error) ? Infinity : error / allowed;
  const deviation = { index: 0, actual: backward, expected: forward, error, allowed, share };
  return { where: `all inputs at once${sizes(operationCase)}`, deviation, compared: 1 };
}

async function kernels(device: Device | string, cases: readonly OperationCase[]): Promise<Verdict> {
  if (typeof device === 'string') {
    return { outcome: 'skipped', share: 0, words: device, compared: 0 };
  }
  try {
    const results = await runOnGpu(device, cases);
    return verdict(cases.flatMap((operationCase, i) => kernelFindings(operationCase, results[i])));
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return { outcome: 'fails', share: Infinity, words: error.message, compared: 0 };
  }
}

function kernelFindings(operationCase: OperationCase, result: CaseResult): Finding[] {
  return [...compareCase(operationCase, result)].map(([tensor, deviation]) => ({
    where: `${tensor}[${deviation.index}]${sizes(operationCase)}`,
    deviation,
    compared: result[tensor].length
  }));
}

function sizes({ dims }: OperationCase): string {
  const bounds = Object.entries(dims).map(([name, size]) => `${name} = ${size}`);
  return `, ${bounds.join(', ')}`;
}
