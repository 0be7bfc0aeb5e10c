import { DeviceError } from '../../errors';
import type { Device } from '../device';
import { SHADER_STAGE_COMPUTE } from '../flags';
import { complaints } from '../kernel';
import type { FusedBuffers } from './fusedBuffers';
import { SPAN_STRIDE } from './stepUniforms';
import { bindings, type BufferName } from './wgsl';

/** What every fused kernel is bound to; the span by dynamic offset. */
export interface Binding {
  readonly device: Device;
  readonly layout: GPUPipelineLayout;
  readonly group: GPUBindGroup;
  /** Bytes of each buffer. */
  readonly bytes: (buffer: BufferName) => number;
}

export function bind(opened: Device, buffers: FusedBuffers): Binding {
  const { device } = opened;
  const layout = bindGroupLayout(device);
  const storage = bindings.map(([, name]) => ({ buffer: buffers.get(name) }));
  const resources = [{ buffer: buffers.spans, size: SPAN_STRIDE }, ...storage];
  const entries = resources.map((resource, binding) => ({ binding, resource }));
  return {
    device: opened,
    layout: device.createPipelineLayout({ label: 'fused', bindGroupLayouts: [layout] }),
    group: device.createBindGroup({ label: 'fused', layout, entries }),
    bytes: (buffer) => buffers.get(buffer).size
  };
}

function bindGroupLayout(device: GPUDevice): GPUBindGroupLayout {
  const storage = bindings.map(([access]): GPUBufferBindingLayout => ({
    type: access === 'read' ? 'read-only-storage' : 'storage'
  }));
  const buffers: GPUBufferBindingLayout[] = [
    { type: 'uniform', hasDynamicOffset: true },
    ...storage
  ];
  return device.createBindGroupLayout({
    label: 'fused',
    entries: buffers.map((buffer, binding) => ({
      binding,
      visibility: SHADER_STAGE_COMPUTE,
      buffer
    }))
  });
}

/** A shader with entry point `main` and a constant WORKGROUP, its threads. */
export interface Shader {
  readonly name: string;
  readonly code: string;
  readonly workgroup: number;
}

/** Throws DeviceError with the shader's name and what the compiler says of it. */
export async function compile(
  { device, layout }: Binding,
  { name, code, workgroup }: Shader
): Promise<GPUComputePipeline> {
  const module = device.device.createShaderModule({ label: name, code });
  const compute = { module, constants: { WORKGROUP: workgroup } };
  try {
    return await device.device.createComputePipelineAsync({ label: name, layout, compute });
  } catch (error) {
    const found = (await complaints(device, module)) || String(error);
    throw new DeviceError(`fused kernel ${name}: needs to compile, got ${found}`);
  }
}
