import { describe, expect, test, vi } from 'vitest';
import { DeviceError } from '$lib/engine/errors';
import { openDevice } from '$lib/engine/gpu/device';

const patience = { retries: [1, 1, 1], limit: 20 };

/** A stand-in for `navigator.gpu` whose adapter request answers as told. */
function stub(requestAdapter: () => Promise<unknown>): GPU {
  return { requestAdapter } as unknown as GPU;
}

/** An adapter of little ability. */
function adapterWith(limits: Record<string, number>, requestDevice: (asked: unknown) => unknown) {
  const info = { vendor: 'acme', architecture: 'llvmpipe', device: '', description: '' };
  return { info, limits, features: new Set(), requestDevice };
}

describe('a device is not opened', () => {
  test('without WebGPU', async () => {
    await expect(openDevice(undefined)).rejects.toThrow(
      new DeviceError('WebGPU: needs a browser that has it, got none')
    );
  });

  test('without an adapter, after three more requests', async () => {
    const requestAdapter = vi.fn(async () => null);
    await expect(openDevice(stub(requestAdapter), patience)).rejects.toThrow(
      new DeviceError('WebGPU: needs an adapter, got none in 4 requests')
    );
    expect(requestAdapter).toHaveBeenCalledTimes(4);
  });

  test('when a request never settles', async () => {
    const never = stub(() => new Promise(() => {}));
    await expect(openDevice(never, patience)).rejects.toThrow(
      new DeviceError('WebGPU: needs a request for an adapter to succeed, got no answer in 20 ms')
    );
  });

  test('when the adapter refuses', async () => {
    const adapter = adapterWith({}, async () => {
      throw new Error('out of luck');
    });
    await expect(openDevice(stub(async () => adapter))).rejects.toThrow(
      /DeviceError|request for a device to succeed, got Error: out of luck/
    );
  });
});

describe('a device is opened', () => {
  const given = { features: new Set(), lost: new Promise(() => {}), addEventListener() {} };

  test('by an adapter that is there at the second request', async () => {
    const adapter = adapterWith({}, async () => given);
    const answers = [null, adapter];
    const device = await openDevice(
      stub(async () => answers.shift()),
      patience
    );
    expect(device.label).toBe('acme llvmpipe (software)');
    expect(device.software).toBe(true);
    expect(device.timestamps).toBe(false);
  });

  test('with no more than the adapter has', async () => {
    const requestDevice = vi.fn(async (_: unknown) => given);
    const limits = { maxBufferSize: 1000, maxComputeWorkgroupSizeX: 1e9 };
    await openDevice(stub(async () => adapterWith(limits, requestDevice)));
    expect(requestDevice.mock.calls[0][0]).toMatchObject({
      requiredLimits: { maxBufferSize: 1000, maxComputeWorkgroupSizeX: 1024 },
      requiredFeatures: []
    });
  });
});
