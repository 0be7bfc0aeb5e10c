import { written, type CaseResult, type OperationCase } from '../operationCase';
import type { Device } from './device';
import { bufferUsage } from './flags';
import { bindKernel, compileKernel, dispatchKernel } from './kernel';
import { kernelsOf } from './kernelSource';

/** Runs single operations, forward and then every backward kernel, with one wait. Throws DeviceError. */
export async function runOnGpu(
  device: Device,
  cases: readonly OperationCase[]
): Promise<CaseResult[]> {
  const compiled = await Promise.all(
    cases.map(({ operation }) =>
      Promise.all(kernelsOf(operation).map((kernel) => compileKernel(device, operation, kernel)))
    )
  );
  const placed: PlacedCase[] = [];
  try {
    await device.checked('single operations', () => {
      const encoder = device.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      cases.forEach((operationCase, i) => {
        placed.push(new PlacedCase(device, operationCase));
        for (const kernel of compiled[i]) {
          const { dims, tensors } = placed[i];
          const bindGroup = bindKernel(device, kernel, { buffer: dims }, (name) => tensors[name]);
          dispatchKernel(pass, kernel, bindGroup, operationCase.dims, device);
        }
      });
      pass.end();
      device.device.queue.submit([encoder.finish()]);
    });
    return await readResults(device, cases, placed);
  } finally {
    for (const one of placed) one.free();
  }
}

/** A case's numbers on the device, as f32. */
class PlacedCase {
  readonly dims: GPUBuffer;
  readonly tensors: Readonly<Record<string, GPUBuffer>>;
  readonly #device: Device;

  constructor(device: Device, { dims, reals, indices }: OperationCase) {
    this.#device = device;
    this.dims = this.#place('dims', Uint32Array.from(Object.values(dims)), bufferUsage.UNIFORM);
    const tensors: Record<string, GPUBuffer> = {};
    for (const [name, numbers] of Object.entries(reals)) {
      tensors[name] = this.#place(name, Float32Array.from(numbers), bufferUsage.STORAGE);
    }
    for (const [name, ids] of Object.entries(indices)) {
      tensors[name] = this.#place(name, ids.slice(), bufferUsage.STORAGE);
    }
    this.tensors = tensors;
  }

  free(): void {
    for (const buffer of [this.dims, ...Object.values(this.tensors)]) this.#device.free(buffer);
  }

  #place(name: string, numbers: ArrayBufferView<ArrayBuffer>, usage: number): GPUBuffer {
    const { COPY_SRC, COPY_DST } = bufferUsage;
    const buffer = this.#device.buffer(name, numbers.byteLength, usage | COPY_SRC | COPY_DST);
    this.#device.device.queue.writeBuffer(buffer, 0, numbers);
    return buffer;
  }
}

async function readResults(
  device: Device,
  cases: readonly OperationCase[],
  placed: readonly PlacedCase[]
): Promise<CaseResult[]> {
  const ranges = cases.flatMap(({ operation }, i) =>
    written(operation).map((name) => ({ buffer: placed[i].tensors[name] }))
  );
  const numbers = new Float32Array(await device.readAll(ranges));
  let end = 0;
  return cases.map(({ operation, reals }) => {
    const take = (name: string) =>
      Float64Array.from(numbers.subarray(end, (end += reals[name].length)));
    return Object.fromEntries(written(operation).map((name) => [name, take(name)]));
  });
}
