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
  readonly binding: Binding;
  readonly #workgroup: number;
  readonly #compiling = new Map<FusedKernel, Promise<void>>();
  readonly #pipelines = new Map<FusedKernel, GPUComputePipeline>();

  constructor(binding: Binding) {
    this.binding = binding;
    this.#workgroup = binding.device.software ? WORKGROUP.software : WORKGROUP.hardware;
  }

  /** Compiles those that are not there yet. Throws DeviceError with the name of one that does not compile. */
  async compile(kernels: readonly FusedKernel[]): Promise<void> {
    for (const kernel of kernels) {
      if (!this.#compiling.has(kernel)) this.#compiling.set(kernel, this.#compile(kernel));
    }
    const compiled = kernels.map((kernel) => this.#compiling.get(kernel)!);
    await this.binding.device.race(Promise.all(compiled));
  }

  /** @param span byte offset of the span of what is to be done */
  run(pass: GPUComputePassEncoder, kernel: FusedKernel, items: number, span: number): void {
    pass.setPipeline(this.#pipelines.get(kernel)!);
    pass.setBindGroup(0, this.binding.group, [span]);
    pass.dispatchWorkgroups(Math.ceil(items / this.#workgroup));
  }

  /** All rows of a step. */
  runRows(pass: GPUComputePassEncoder, kernel: RowKernel, { T, span }: FedStep): void {
    this.run(pass, kernel, Math.ceil(T / kernel.rows) * kernel.perTile, span);
  }

  async #compile(kernel: FusedKernel): Promise<void> {
    const code = sourceOf([kernel], this.binding.bytes) + main(kernel);
    const shader = { name: kernel.name, code, workgroup: this.#workgroup };
    this.#pipelines.set(kernel, await compile(this.binding, shader));
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
