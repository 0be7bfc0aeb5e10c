import { compile, type Binding } from './pipelines';
import { rowKernels, type Plan } from './plan';
import { tileRows } from './quads';
import type { Schedule } from './schedule';
import type { FedStep } from './stepFeed';
import { sumItems } from './sums';
import type { WideKernels } from './wideKernels';
import { sourceOf, type RowKernel } from './wgsl';

/** Threads that own a tile of rows: on a software adapter one subgroup. */
const WORKGROUP = { software: 4, hardware: 128 };

/**
 * One dispatch per chain: a workgroup owns a tile of rows and runs the kernels of the chain on them, one after another,
 * with a barrier between. Where dispatches are dear and barriers cheap.
 */
export class ChainedSchedule implements Schedule {
  readonly #plan: Plan;
  readonly #chains: readonly GPUComputePipeline[];
  readonly #kernels: WideKernels;

  static async create(plan: Plan, kernels: WideKernels): Promise<ChainedSchedule> {
    const { binding } = kernels;
    const { device } = binding;
    const workgroup = device.software ? WORKGROUP.software : WORKGROUP.hardware;
    const chains = cutChains(rowKernels(plan)).map((chain) => {
      const name = chain.map((kernel) => kernel.name).join(', ');
      return compile(binding, { name, code: source(chain, plan.quads, binding), workgroup });
    });
    const weights = kernels.compile([plan.updates, plan.sums]);
    const [compiled] = await Promise.all([device.race(Promise.all(chains)), weights]);
    return new ChainedSchedule(plan, compiled, kernels);
  }

  private constructor(plan: Plan, chains: readonly GPUComputePipeline[], kernels: WideKernels) {
    this.#plan = plan;
    this.#chains = chains;
    this.#kernels = kernels;
  }

  run(pass: GPUComputePassEncoder, steps: readonly FedStep[], span: number): void {
    const { tiles, updates, sums } = this.#plan;
    for (const step of steps) {
      for (const chain of this.#chains) {
        pass.setPipeline(chain);
        pass.setBindGroup(0, this.#kernels.binding.group, [step.span]);
        pass.dispatchWorkgroups(Math.ceil(step.T / tileRows(this.#plan.quads)));
      }
      this.#kernels.run(pass, updates, tiles.count, step.span);
    }
    this.#kernels.run(pass, sums, sumItems(steps.length), span);
  }

  dispatches(steps: number): number {
    return steps * (this.#chains.length + 1) + 1;
  }
}

/** Cuts kernels before each that reads other rows of what the chain has written. */
export function cutChains(kernels: readonly RowKernel[]): RowKernel[][] {
  const chains: RowKernel[][] = [];
  let written: number[] = [];
  for (const kernel of kernels) {
    if (chains.length === 0 || kernel.across.some((tensor) => written.includes(tensor))) {
      chains.push([]);
      written = [];
    }
    chains[chains.length - 1].push(kernel);
    written.push(...kernel.writes);
  }
  return chains;
}

function source(chain: readonly RowKernel[], quads: boolean, { bytes }: Binding): string {
  const runs = chain.map(({ id, rows, perTile }) => {
    const items = `${(perTile * tileRows(quads)) / rows}u`;
    return `for (var i = thread; i < ${items}; i += WORKGROUP) { ${id}(tile * ${items} + i); }`;
  });
  return `${sourceOf(chain, bytes)}
override WORKGROUP: u32;
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  slot = span.first;
  let tile = group.x;
  ${runs.join('\n  storageBarrier();\n  ')}
}
`;
}
