import { DeviceError } from '../errors';
import { bufferUsage, MAP_MODE_READ } from './flags';

/** Bytes of a buffer: from its start and to its end unless told. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  /** In bytes, a multiple of 4. */
  readonly offset?: number;
  /** In bytes, a multiple of 4. */
  readonly size?: number;
}

/**
 * An open WebGPU device: every buffer is made, every wait is waited and every error is caught here, so that
 * a device that is lost or does something wrong ends each call with a DeviceError and never with a wrong number.
 * Several may share one GPU device, each with buffers and waits of its own.
 */
export class Device {
  /** Where the device comes from; Dawn in Node crashes when this is collected before the device. */
  readonly gpu: GPU;
  readonly device: GPUDevice;
  /** The adapter in words, e.g. `google swiftshader (software)`. */
  readonly label: string;
  /** Whether a CPU plays the GPU. */
  readonly software: boolean;
  /** Whether timestamp queries can be made. */
  readonly timestamps: boolean;
  /** Whether lanes that run together can exchange numbers. */
  readonly subgroups: boolean;
  /** Resolves when the device is lost or an error escapes every check; never after `close`. */
  readonly lost: Promise<DeviceError>;
  /** All that share the GPU device. */
  readonly #sharers: Set<Device>;
  readonly #buffers = new Map<GPUBuffer, number>();
  readonly #staging: GPUBuffer[] = [];
  readonly #waits = new Set<(error: DeviceError) => void>();
  #announce!: (error: DeviceError) => void;
  #failure: DeviceError | undefined;

  constructor(
    gpu: GPU,
    device: GPUDevice,
    label: string,
    software: boolean,
    sharers = new Set<Device>()
  ) {
    this.#sharers = sharers.add(this);
    this.gpu = gpu;
    this.device = device;
    this.label = label;
    this.software = software;
    this.timestamps = device.features.has('timestamp-query');
    this.subgroups = device.features.has('subgroups');
    this.lost = new Promise((resolve) => (this.#announce = resolve));
    void device.lost.then(({ reason, message }) =>
      this.#fail(`to stay open, got lost: ${message || reason}`)
    );
    device.addEventListener('uncapturederror', (event) =>
      this.#fail(`to do as told, got ${event.error.message}`)
    );
  }

  /**
   * Another on the same GPU device, for someone else: what is compiled is there already, buffers are its own, and it is
   * closed by itself. The GPU device is given back with the last. Throws DeviceError if this one is over.
   */
  share(): Device {
    this.#throwIfFailed();
    return new Device(this.gpu, this.device, this.label, this.software, this.#sharers);
  }

  /** Number of buffers alive. */
  get buffers(): number {
    return this.#buffers.size;
  }

  /** Bytes of the buffers alive. */
  get bytes(): number {
    let sum = 0;
    for (const size of this.#buffers.values()) sum += size;
    return sum;
  }

  /** Makes a buffer of zeros. Call it within `checked`, or a failure ends the device. */
  buffer(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    this.#throwIfFailed();
    const size = Math.max(4, Math.ceil(bytes / 4) * 4);
    const buffer = this.device.createBuffer({ label, size, usage });
    this.#buffers.set(buffer, size);
    return buffer;
  }

  /** Destroys a buffer that `buffer` made; a second time does nothing. */
  free(buffer: GPUBuffer): void {
    if (this.#buffers.delete(buffer)) buffer.destroy();
  }

  /** Waits for the GPU; rejects with a DeviceError, at once if the device fails meanwhile. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      promise
        .then(resolve, (error: unknown) =>
          reject(
            error instanceof DeviceError ? error : this.#error(`to finish, got ${String(error)}`)
          )
        )
        .finally(() => this.#waits.delete(reject));
      if (this.#failure) reject(this.#failure);
      else this.#waits.add(reject);
    });
  }

  /**
   * Runs a body; throws a DeviceError that names `what` if WebGPU finds it invalid or runs out of memory.
   * Only what an async body calls before its first `await` is watched: WebGPU's error scopes are a stack.
   */
  async checked<T>(what: string, body: () => T | Promise<T>): Promise<T> {
    this.#throwIfFailed();
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    const outcome = (async () => body())();
    const scopes = [this.device.popErrorScope(), this.device.popErrorScope()];
    const errors = this.race(Promise.all(scopes));
    errors.catch(() => {}); // Heard below, unless the body throws first.
    const result = await outcome;
    const error = (await errors).find((found) => found !== null);
    if (error) throw this.#error(`to take ${what}, got ${error.message}`);
    return result;
  }

  /** Copies what a buffer holds after all work submitted so far. */
  async read(buffer: GPUBuffer, size = buffer.size, offset = 0): Promise<ArrayBuffer> {
    return this.readAll([{ buffer, offset, size }]);
  }

  /** Copies ranges of buffers with one wait, laid end to end. */
  async readAll(ranges: readonly BufferRange[]): Promise<ArrayBuffer> {
    const sizes = ranges.map(({ buffer, offset = 0, size }) => size ?? buffer.size - offset);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const staging = this.#takeStaging(total);
    try {
      await this.checked('a read-back', () => {
        this.#copy(ranges, sizes, staging);
        return this.race(staging.mapAsync(MAP_MODE_READ, 0, total));
      });
    } catch (error) {
      this.free(staging);
      throw error;
    }
    const copy = staging.getMappedRange(0, total).slice(0);
    staging.unmap();
    this.#staging.push(staging);
    return copy;
  }

  /** Destroys every buffer, and the GPU device if nobody shares it; what still waits is rejected. This is no loss. */
  close(): void {
    this.#failure ??= this.#error('to be open, got closed');
    this.#rejectWaits(this.#failure);
    for (const buffer of [...this.#buffers.keys()]) this.free(buffer);
    this.#sharers.delete(this);
    if (this.#sharers.size === 0) this.device.destroy();
  }

  #copy(ranges: readonly BufferRange[], sizes: readonly number[], target: GPUBuffer): void {
    const encoder = this.device.createCommandEncoder();
    let end = 0;
    ranges.forEach(({ buffer, offset = 0 }, i) => {
      encoder.copyBufferToBuffer(buffer, offset, target, end, sizes[i]);
      end += sizes[i];
    });
    this.device.queue.submit([encoder.finish()]);
  }

  #takeStaging(bytes: number): GPUBuffer {
    this.#throwIfFailed();
    const fits = this.#staging.findIndex(({ size }) => size >= bytes);
    if (fits >= 0) return this.#staging.splice(fits, 1)[0];
    const small = this.#staging.pop();
    if (small) this.free(small);
    return this.buffer('staging', bytes, bufferUsage.MAP_READ | bufferUsage.COPY_DST);
  }

  #fail(what: string): void {
    if (this.#failure) return;
    this.#failure = this.#error(what);
    this.#rejectWaits(this.#failure);
    this.#announce(this.#failure);
  }

  #rejectWaits(error: DeviceError): void {
    for (const reject of this.#waits) reject(error);
    this.#waits.clear();
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }

  #error(what: string): DeviceError {
    return new DeviceError(`WebGPU device ${this.label}: needs ${what}`);
  }
}

/** How long to wait for an adapter; tests shorten it. */
export interface Patience {
  /** Milliseconds before each further request when an adapter is refused. */
  readonly retries: readonly number[];
  /** Milliseconds until a request that does not settle is given up. */
  readonly limit: number;
}

const PATIENCE: Patience = { retries: [50, 200, 800], limit: 8000 };

/** Asked for where the adapter has them. */
const WANTED_FEATURES: GPUFeatureName[] = ['timestamp-query', 'subgroups'];

/** Asked for where the adapter has as much; else what it has. */
const WANTED_LIMITS = {
  maxBufferSize: 256 * 2 ** 20,
  maxStorageBufferBindingSize: 256 * 2 ** 20,
  maxStorageBuffersPerShaderStage: 10,
  maxComputeWorkgroupStorageSize: 32 * 2 ** 10,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024
} as const;

/**
 * Opens a WebGPU device.
 * @param gpu `navigator.gpu`, or Dawn's in Node
 * Throws DeviceError if there is no WebGPU, no adapter after some retries, or no answer in time.
 */
export async function openDevice(
  gpu: GPU | undefined,
  patience: Patience = PATIENCE
): Promise<Device> {
  if (!gpu) throw new DeviceError('WebGPU: needs a browser that has it, got none');
  const adapter = await requestAdapter(gpu, patience);
  const device = await answer(
    'a device',
    patience.limit,
    adapter.requestDevice({
      requiredLimits: affordableLimits(adapter),
      requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature))
    })
  );
  const software = isSoftware(adapter);
  return new Device(gpu, device, describe(adapter) + (software ? ' (software)' : ''), software);
}

async function requestAdapter(gpu: GPU, { retries, limit }: Patience): Promise<GPUAdapter> {
  for (const pause of [0, ...retries]) {
    if (pause > 0) await sleep(pause);
    const adapter = await answer('an adapter', limit, gpu.requestAdapter());
    if (adapter) return adapter;
  }
  throw new DeviceError(`WebGPU: needs an adapter, got none in ${retries.length + 1} requests`);
}

/** What a request settles with; throws DeviceError if it rejects or does not settle within `limit` ms. */
async function answer<T>(what: string, limit: number, request: Promise<T>): Promise<T> {
  const refusal = (got: string) =>
    new DeviceError(`WebGPU: needs a request for ${what} to succeed, got ${got}`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refusal(`no answer in ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([request, late]);
  } catch (error) {
    throw error instanceof DeviceError ? error : refusal(String(error));
  } finally {
    clearTimeout(timer);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function affordableLimits({ limits }: GPUAdapter): Record<string, number> {
  const names = Object.keys(WANTED_LIMITS) as (keyof typeof WANTED_LIMITS)[];
  return Object.fromEntries(
    names.map((name) => [name, Math.min(WANTED_LIMITS[name], limits[name])])
  );
}

function describe({ info }: GPUAdapter): string {
  return info.description || `${info.vendor} ${info.architecture}`.trim() || 'unnamed adapter';
}

function isSoftware(adapter: GPUAdapter): boolean {
  return (
    adapter.info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(softwareHints(adapter))
  );
}

function softwareHints({ info }: GPUAdapter): string {
  return [info.vendor, info.architecture, info.device, info.description].join(' ');
}
