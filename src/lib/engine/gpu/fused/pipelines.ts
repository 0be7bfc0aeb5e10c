import { DeviceError } from '../../errors';
import type { Device } from '../device';
import { SHADER_STAGE_COMPUTE } from '../flags';
import type { Plan } from './plan';
import { bindings, type Bindings, type FusedKernel } from './wgsl';

export type BindGroupLayouts = Readonly<Record<Bindings, GPUBindGroupLayout>>;

/**
 * Threads of a workgroup. Fused kernels share nothing within one, so any number gives the same bits: on a GPU whole
 * warps, on a software adapter small ones, of which there are enough for its threads.
 */
const WORKGROUP = { software: 16, hardware: 64 };

/** Compiled kernels of a plan, and what they are bound to. */
export interface Pipelines {
  readonly layouts: BindGroupLayouts;
  /** Threads of a workgroup. */
  readonly workgroup: number;
  readonly of: ReadonlyMap<FusedKernel, GPUComputePipeline>;
}

/** Compiles every kernel of a plan, all at once. Throws DeviceError with the name of one that does not compile. */
export async function compilePipelines(device: Device, plan: Plan): Promise<Pipelines> {
  const layouts = {
    model: bindGroupLayout(device, 'model'),
    adam: bindGroupLayout(device, 'adam'),
    sums: bindGroupLayout(device, 'sums')
  };
  const dispatches = plan.parts.flatMap((part) => part.dispatches);
  const kernels = [...dispatches, plan.weightGradients, plan.sums].map(({ kernel }) => kernel);
  const workgroup = device.software ? WORKGROUP.software : WORKGROUP.hardware;
  const compiled = kernels.map((kernel) =>
    compile(device, kernel, layouts[kernel.bindings], workgroup)
  );
  const pipelines = await device.race(Promise.all(compiled));
  return { layouts, workgroup, of: new Map(kernels.map((kernel, i) => [kernel, pipelines[i]])) };
}

/** The step's uniforms by dynamic offset, or for `sums` those of all steps; then the storage buffers. */
function bindGroupLayout({ device }: Device, kind: Bindings): GPUBindGroupLayout {
  const step: GPUBufferBindingLayout =
    kind === 'sums' ? { type: 'read-only-storage' } : { type: 'uniform', hasDynamicOffset: true };
  const storage = bindings[kind].map(([access]): GPUBufferBindingLayout => ({
    type: access === 'read' ? 'read-only-storage' : 'storage'
  }));
  return device.createBindGroupLayout({
    label: kind,
    entries: [step, ...storage].map((buffer, binding) => ({
      binding,
      visibility: SHADER_STAGE_COMPUTE,
      buffer
    }))
  });
}

async function compile(
  { device }: Device,
  { name, code }: FusedKernel,
  layout: GPUBindGroupLayout,
  workgroup: number
): Promise<GPUComputePipeline> {
  try {
    return await device.createComputePipelineAsync({
      label: name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: {
        module: device.createShaderModule({ label: name, code }),
        constants: { WORKGROUP: workgroup }
      }
    });
  } catch (error) {
    throw new DeviceError(`fused kernel ${name}: needs to compile, got ${String(error)}`);
  }
}
