import type { Device } from '../device';
import { compile, type Binding } from './pipelines';
import type { FedStep } from './stepFeed';
import { sourceOf, type FusedKernel, type RowKernel } from './wgsl';

/**
 * Threads of a workgroup. Items share nothing within one, so any number gives the same bits: on a GPU whole warps, on a
 * software adapter small ones, of which there are enough for its threads.
 */
const WORKGROUP = { software: 16, hardware: 64 };

/** Kernels compiled one by one: a dispatch each, one thread per item. */
export class WideKernels {
  readonly #binding: Binding;
  readonly #workgroup: number;
  readonly #pipelines: ReadonlyMap<FusedKernel, GPUComputePipeline>;

  /** Throws DeviceError with the name of a kernel that does not compile. */
  static async compile(
    device: Device,
    binding: Binding,
    kernels: readonly FusedKernel[]
  ): Promise<WideKernels> {
    const workgroup = device.software ? WORKGROUP.software : WORKGROUP.hardware;
    const compiled = kernels.map(async (kernel) => {
      const code = sourceOf([kernel], binding.bytes) + main(kernel);
      const shader = { name: kernel.name, code, workgroup };
      return [kernel, await compile(device, binding, shader)] as const;
    });
    const pipelines = new Map(await device.race(Promise.all(compiled)));
    return new WideKernels(binding, workgroup, pipelines);
  }

  private constructor(
    binding: Binding,
    workgroup: number,
    pipelines: ReadonlyMap<FusedKernel, GPUComputePipeline>
  ) {
    this.#binding = binding;
    this.#workgroup = workgroup;
    this.#pipelines = pipelines;
  }

  /** @param span byte offset of the span of what is to be done */
  run(pass: GPUComputePassEncoder, kernel: FusedKernel, items: number, span: number): void {
    pass.setPipeline(this.#pipelines.get(kernel)!);
    pass.setBindGroup(0, this.#binding.group, [span]);
    pass.dispatchWorkgroups(Math.ceil(items / this.#workgroup));
  }

  /** All rows of a step. */
  runRows(pass: GPUComputePassEncoder, kernel: RowKernel, { T, span }: FedStep): void {
    this.run(pass, kernel, Math.ceil(T / kernel.rows) * kernel.perTile, span);
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
