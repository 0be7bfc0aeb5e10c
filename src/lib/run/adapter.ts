/** A WebGPU adapter that a device could be opened on. */
export interface FoundAdapter {
  /** In words. */
  readonly name: string;
  /** Whether a CPU plays the GPU. */
  readonly software: boolean;
}

/**
 * Opens a device of this page's browser and closes it again: the only honest way to know.
 * Throws DeviceError with the reason if none opens.
 */
export async function findAdapter(): Promise<FoundAdapter> {
  const { openDevice } = await import('../engine/gpu/device');
  const device = await openDevice(self.navigator.gpu);
  device.close();
  return { name: device.label, software: device.software };
}
