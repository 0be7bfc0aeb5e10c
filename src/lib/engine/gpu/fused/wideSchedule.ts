import type { Device } from '../device';
import { TILE } from './activationLayout';
import { compile, type Binding } from './pipelines';
import type { Plan, StagePart } from './plan';
import { LANES, SUMS } from './sums';
import type { FedStep } from './stepFeed';
import { sourceOf, type FusedKernel } from './wgsl';

/**
 * Threads of a workgroup. Items share nothing within one, so any number gives the same bits: on a GPU whole warps, on a
 * software adapter small ones, of which there are enough for its threads.
 */
const WORKGROUP = { software: 16, hardware: 64 };

/** One dispatch per kernel, one thread per item. */
export class WideSchedule {
  readonly #plan: Plan;
  readonly #binding: Binding;
  readonly #workgroup: number;
  readonly #pipelines: ReadonlyMap<FusedKernel, GPUComputePipeline>;

  /** Throws DeviceError with the name of a kernel that does not compile. */
  static async create(device: Device, plan: Plan, binding: Binding): Promise<WideSchedule> {
    const workgroup = device.software ? WORKGROUP.software : WORKGROUP.hardware;
    const { updates, apart, sums } = plan;
    const kernels = [...plan.parts.flatMap((part) => part.kernels), updates, sums];
    kernels.push(apart.gradients, apart.adam);
    const compiled = kernels.map(async (kernel) => {
      const code = sourceOf([kernel]) + main(kernel);
      return [kernel, await compile(device, binding, kernel.name, code, workgroup)] as const;
    });
    const pipelines = new Map(await device.race(Promise.all(compiled)));
    return new WideSchedule(plan, binding, workgroup, pipelines);
  }

  private constructor(
    plan: Plan,
    binding: Binding,
    workgroup: number,
    pipelines: ReadonlyMap<FusedKernel, GPUComputePipeline>
  ) {
    this.#plan = plan;
    this.#binding = binding;
    this.#workgroup = workgroup;
    this.#pipelines = pipelines;
  }

  /** A whole step. */
  step(pass: GPUComputePassEncoder, step: FedStep): void {
    for (const part of this.#plan.parts) this.#rows(pass, part, step);
    this.#run(pass, this.#plan.updates, this.#plan.tiles.count, step.span);
  }

  /**
   * One part of a step.
   * @param span byte offset of the span of its weights' tiles, if it has any
   */
  part(pass: GPUComputePassEncoder, part: StagePart, step: FedStep, span?: number): void {
    this.#rows(pass, part, step);
    if (!part.tiles) return;
    const { from, to } = part.tiles;
    this.#run(pass, this.#plan.apart.gradients, to - from, span!);
  }

  /** Adam's update, after all parts. */
  adam(pass: GPUComputePassEncoder, step: FedStep): void {
    this.#run(pass, this.#plan.apart.adam, this.#plan.tiles.count, step.span);
  }

  /** Sums of the readings of so many steps. */
  sums(pass: GPUComputePassEncoder, steps: number, span: number): void {
    this.#run(pass, this.#plan.sums, steps * SUMS * LANES, span);
  }

  #rows(pass: GPUComputePassEncoder, { kernels }: StagePart, { T, span }: FedStep): void {
    const tiles = Math.ceil(T / TILE);
    for (const kernel of kernels) this.#run(pass, kernel, tiles * kernel.perTile, span);
  }

  #run(pass: GPUComputePassEncoder, kernel: FusedKernel, items: number, span: number): void {
    pass.setPipeline(this.#pipelines.get(kernel)!);
    pass.setBindGroup(0, this.#binding.group, [span]);
    pass.dispatchWorkgroups(Math.ceil(items / this.#workgroup));
  }
}

function main({ id }: FusedKernel): string {
  return `
override WORKGROUP: u32;
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) at: vec3u) {
  slot = span.first;
  ${id}(span.start + at.x);
}
`;
}
