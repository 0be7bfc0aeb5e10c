import type { AdamConfig } from '../adam';
import type { Program } from '../program';
import { openDevice, type Device } from './device';
import { GpuEngine } from './gpuEngine';
import { selfCheck } from './selfCheck';

/** A device, and whether it computes rightly. */
interface Opened {
  readonly device: Device;
  readonly checked: Promise<void>;
}

/**
 * One GPU device for all engines of a place: opened, checked and its kernels compiled with the first of them, so that
 * a step opens at once beside the run that trains. Engines share nothing that is written. It stays open, without a
 * buffer, when the last of them is gone; one that failed is opened anew.
 */
export class SharedDevice {
  readonly #gpu: GPU | undefined;
  readonly #now: (() => number) | undefined;
  #opened: Promise<Opened> | undefined;

  /**
   * @param gpu `navigator.gpu`, or Dawn's in Node
   * @param now milliseconds, for the length of submits
   */
  constructor(gpu: GPU | undefined, now?: () => number) {
    this.#gpu = gpu;
    this.#now = now;
  }

  /** Opens an engine on it. Throws DeviceError. */
  async openEngine(program: Program, adam: AdamConfig): Promise<GpuEngine> {
    const { device, checked } = await (this.#opened ??= this.#open());
    return GpuEngine.on(device.share(), checked, program, adam, this.#now);
  }

  async #open(): Promise<Opened> {
    try {
      const device = await openDevice(this.#gpu);
      const checked = selfCheck(device);
      // Whoever opens an engine hears of it.
      checked.catch(() => this.#forget(device));
      void device.lost.then(() => this.#forget(device));
      return { device, checked };
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  #forget(device: Device): void {
    this.#opened = undefined;
    device.close();
  }
}
