import { compile, type Binding } from './pipelines';
import { rowKernels, type Plan } from './plan';
import type { Schedule } from './schedule';
import { sumItems } from './sums';
import type { FedStep } from './stepFeed';
import type { WideKernels } from './wideKernels';
import { sourceOf } from './wgsl';

/** Threads of the only workgroup: on a software adapter one subgroup, which runs on one core. */
const WORKGROUP = { software: 4, hardware: 256 };

/**
 * All steps of a submit in one dispatch: one workgroup goes through every kernel of every step, its threads taking turns
 * at the items, with a barrier after each kernel. For models that are too small for more.
 */
export class SingleSchedule implements Schedule {
  readonly #binding: Binding;
  readonly #pipeline: GPUComputePipeline;

  static async create(plan: Plan, { binding }: WideKernels): Promise<SingleSchedule> {
    const { device } = binding;
    const workgroup = device.software ? WORKGROUP.software : WORKGROUP.hardware;
    const shader = { name: 'whole steps', code: source(plan, binding), workgroup };
    return new SingleSchedule(binding, await device.race(compile(binding, shader)));
  }

  private constructor(binding: Binding, pipeline: GPUComputePipeline) {
    this.#binding = binding;
    this.#pipeline = pipeline;
  }

  run(pass: GPUComputePassEncoder, _: readonly FedStep[], span: number): void {
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#binding.group, [span]);
    pass.dispatchWorkgroups(1);
  }

  dispatches(): number {
    return 1;
  }
}

function source(plan: Plan, { bytes }: Binding): string {
  const kernels = rowKernels(plan);
  const { updates, sums, tiles } = plan;
  const all = (id: string, items: string) =>
    `for (var i = thread; i < ${items}; i += WORKGROUP) { ${id}(i); }\n    storageBarrier();`;
  return `${sourceOf([...kernels, updates, sums], bytes)}
override WORKGROUP: u32;
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) thread: u32) {
  for (var step = span.first; step < span.end; step++) {
    slot = step;
    let T = steps[step].T;
    ${kernels.map(({ id, rows, perTile }) => all(id, `(T + ${rows - 1}u) / ${rows}u * ${perTile}u`)).join('\n    ')}
    ${all(updates.id, `${tiles.count}u`)}
  }
  ${all(sums.id, `${sumItems(1)}u * (span.end - span.first)`)}
}
`;
}
