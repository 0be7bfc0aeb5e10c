import { DeviceError } from '../errors';
import type { Dims, Kernel, Operation } from '../ops/operation';
import type { Device } from './device';
import { SHADER_STAGE_COMPUTE } from './flags';
import { kernelSource, workgroups } from './kernelSource';

/** A kernel that a device has compiled. */
export interface CompiledKernel {
  readonly kernel: Kernel;
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: GPUComputePipeline;
}

const compiled = new WeakMap<GPUDevice, Map<Kernel, Promise<CompiledKernel>>>();

/** Compiles a kernel, once per GPU device, whoever shares it. Throws DeviceError with the compiler's messages. */
export function compileKernel(
  device: Device,
  operation: Operation,
  kernel: Kernel
): Promise<CompiledKernel> {
  const known = compiled.get(device.device) ?? new Map<Kernel, Promise<CompiledKernel>>();
  compiled.set(device.device, known);
  let result = known.get(kernel);
  if (!result) {
    known.set(kernel, (result = compile(device, operation, kernel)));
    // Whoever shares the GPU device may be closed while it compiles: the next tries for itself.
    result.catch(() => known.delete(kernel));
  }
  return result;
}

/** Binds the loop bounds and, by the kernel's own names, the tensors. */
export function bindKernel(
  device: Device,
  { kernel, layout }: CompiledKernel,
  dims: GPUBufferBinding,
  tensor: (name: string) => GPUBuffer
): GPUBindGroup {
  const tensors = [...kernel.reads, kernel.writes].map((name) => ({ buffer: tensor(name) }));
  return device.device.createBindGroup({
    label: kernel.writes,
    layout,
    entries: [dims, ...tensors].map((resource, binding) => ({ binding, resource }))
  });
}

/** Records all threads of a kernel. */
export function dispatchKernel(
  pass: GPUComputePassEncoder,
  { kernel, pipeline }: CompiledKernel,
  bindGroup: GPUBindGroup,
  dims: Dims,
  { device: { limits } }: Device
): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...workgroups(kernel, dims, limits.maxComputeWorkgroupsPerDimension));
}

async function compile(
  device: Device,
  operation: Operation,
  kernel: Kernel
): Promise<CompiledKernel> {
  const label = `${operation.name} ${kernel.writes}`;
  return device.checked(`the kernel ${label}`, async () => {
    const layout = createLayout(device, kernel);
    const module = device.device.createShaderModule({
      label,
      code: kernelSource(operation, kernel)
    });
    const pipeline = device.device.createComputePipelineAsync({
      label,
      layout: device.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' }
    });
    const [made] = await device.race(Promise.allSettled([pipeline]));
    if (made.status === 'fulfilled') return { kernel, layout, pipeline: made.value };
    throw new DeviceError(
      `kernel ${label}: needs to compile, got ${(await complaints(device, module)) || made.reason}`
    );
  });
}

/** What is bound is said in full: `'auto'` would drop the bindings that a body does not read. */
function createLayout({ device }: Device, { reads }: Kernel): GPUBindGroupLayout {
  const types: GPUBufferBindingType[] = [
    'uniform',
    ...reads.map(() => 'read-only-storage' as const),
    'storage'
  ];
  return device.createBindGroupLayout({
    entries: types.map((type, binding) => ({
      binding,
      visibility: SHADER_STAGE_COMPUTE,
      buffer: { type }
    }))
  });
}

/** What the compiler says of a shader. */
export async function complaints(device: Device, module: GPUShaderModule): Promise<string> {
  const { messages } = await device.race(module.getCompilationInfo());
  return messages
    .map(({ type, lineNum, linePos, message }) => `${type} at ${lineNum}:${linePos}: ${message}`)
    .join('; ');
}
