import type { StageTimes } from '../../engine';
import type { Device } from '../device';
import { bufferUsage } from '../flags';
import type { StagePart } from './plan';

/** Times the parts of one step with timestamp queries: one pass for each part. */
export class StageTimer {
  readonly ticks: GPUBuffer;
  readonly #device: Device;
  readonly #parts: readonly StagePart[];
  readonly #queries: GPUQuerySet;

  /** Needs a device with timestamps. */
  constructor(device: Device, parts: readonly StagePart[]) {
    this.#device = device;
    this.#parts = parts;
    const count = 2 * (parts.length + 1);
    this.#queries = device.device.createQuerySet({ type: 'timestamp', count });
    this.ticks = device.buffer(
      'ticks',
      8 * count,
      bufferUsage.QUERY_RESOLVE | bufferUsage.COPY_SRC
    );
  }

  /** Begins the pass of a part; the one after the last is Adam's. */
  begin(encoder: GPUCommandEncoder, part: number): GPUComputePassEncoder {
    return encoder.beginComputePass({
      timestampWrites: {
        querySet: this.#queries,
        beginningOfPassWriteIndex: 2 * part,
        endOfPassWriteIndex: 2 * part + 1
      }
    });
  }

  /** Writes `ticks`, after Adam. */
  resolve(encoder: GPUCommandEncoder): void {
    encoder.resolveQuerySet(this.#queries, 0, 2 * (this.#parts.length + 1), this.ticks, 0);
  }

  /** @param ticks what `ticks` holds, in ns: beginning and end of each part and of Adam */
  times(ticks: BigUint64Array): StageTimes {
    const ms = (part: number) => Number(ticks[2 * part + 1] - ticks[2 * part]) / 1e6;
    const times = { forward: {}, backward: {} };
    this.#parts.forEach(({ pass, stage }, i) => Object.assign(times[pass], { [stage]: ms(i) }));
    return { ...times, adam: ms(this.#parts.length), steps: 1 };
  }

  free(): void {
    this.#queries.destroy();
    this.#device.free(this.ticks);
  }
}
