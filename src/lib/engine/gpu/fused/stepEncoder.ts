import type { FusedBuffers } from './fusedBuffers';
import type { Pipelines } from './pipelines';
import type { Dispatch, Plan, StagePart } from './plan';
import type { FedStep } from './stepFeed';
import type { Bindings } from './wgsl';

/** Records the kernels of a step into compute passes. */
export class StepEncoder {
  readonly #plan: Plan;
  readonly #pipelines: Pipelines;
  readonly #groups: Readonly<Record<Bindings, GPUBindGroup>>;

  constructor(plan: Plan, pipelines: Pipelines, buffers: FusedBuffers) {
    this.#plan = plan;
    this.#pipelines = pipelines;
    const bind = (kind: Bindings) => buffers.bind(kind, pipelines.layouts);
    this.#groups = { model: bind('model'), adam: bind('adam'), sums: bind('sums') };
  }

  /** A whole step. */
  step(pass: GPUComputePassEncoder, { T, uniforms }: FedStep): void {
    const { parts, weightGradients } = this.#plan;
    for (const { pass: name, dispatches } of parts) {
      if (name === 'adam') this.#dispatch(pass, weightGradients, T, [uniforms]);
      for (const dispatch of dispatches) this.#dispatch(pass, dispatch, T, [uniforms]);
    }
  }

  /**
   * One part of a step.
   * @param tiles byte offset of uniforms with the part's tiles of the weights' gradients, if it has any
   */
  part(
    pass: GPUComputePassEncoder,
    { dispatches }: StagePart,
    { T, uniforms }: FedStep,
    tiles?: number
  ): void {
    for (const dispatch of dispatches) this.#dispatch(pass, dispatch, T, [uniforms]);
    if (tiles !== undefined) this.#dispatch(pass, this.#plan.weightGradients, T, [tiles]);
  }

  /** Sums of the submit's steps, after the last. */
  sums(pass: GPUComputePassEncoder, steps: number): void {
    this.#dispatch(pass, { ...this.#plan.sums, y: steps }, 0, []);
  }

  #dispatch(
    pass: GPUComputePassEncoder,
    { kernel, threads, y }: Dispatch,
    T: number,
    offsets: number[]
  ): void {
    const { of, workgroup } = this.#pipelines;
    pass.setPipeline(of.get(kernel)!);
    pass.setBindGroup(0, this.#groups[kernel.bindings], offsets);
    pass.dispatchWorkgroups(Math.ceil(threads(T) / workgroup), y);
  }
}
