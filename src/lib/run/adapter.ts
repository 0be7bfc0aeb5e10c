import type { Patience } from '../engine/gpu/device';

/** A WebGPU adapter that a device could be opened on. */
export interface FoundAdapter {
  /** In words. */
  readonly name: string;
  /** Whether a CPU plays the GPU. */
  readonly software: boolean;
}

/**
 * Opens a device and closes it again: the only honest way to know. The code for the GPU is loaded only here.
 * @param gpu `navigator.gpu`, or Dawn's in Node
 * Throws DeviceError with the reason if none opens.
 */
export async function findAdapter(
  gpu: GPU | undefined,
  patience?: Patience
): Promise<FoundAdapter> {
  const { openDevice } = await import('../engine/gpu/device');
  const device = await openDevice(gpu, patience);
  device.close();
  return { name: device.label, software: device.software };
}
