import type { AdamConfig } from '../engine/adam';
import { CpuEngine } from '../engine/cpu/cpuEngine';
import type { Engine, EngineName } from '../engine/engine';
import { DeviceError } from '../engine/errors';
import type { SharedDevice } from '../engine/gpu/sharedDevice';
import type { Program } from '../engine/program';
import type { SimdModule } from '../engine/simd/module';
import { findAdapter } from './adapter';
import type { EngineOffer } from './host';

/** How long `auto` looks for an adapter: it has the CPU to turn to. */
const IMPATIENCE = { retries: [50], limit: 3000 };

/** Opens engines on one place's WebGPU, if it has one; the code for the GPU is loaded only when it is asked for. */
export class Engines {
  readonly #gpu: GPU | undefined;
  readonly #now: () => number;
  readonly #cores: number;
  #simd: Promise<SimdModule> | undefined;
  #device: SharedDevice | undefined;

  /**
   * @param gpu `navigator.gpu`, or Dawn's in Node
   * @param now milliseconds, for the times per stage and the length of submits
   * @param cores how many workers may compute at once
   */
  constructor(gpu: GPU | undefined, now: () => number, cores = 1) {
    this.#gpu = gpu;
    this.#now = now;
    this.#cores = cores;
  }

  /** Throws DeviceError if that engine cannot be had here. */
  async open(name: EngineName, program: Program, adam: AdamConfig): Promise<Engine> {
    if (name === 'cpu') return new CpuEngine(program, adam, this.#now);
    if (name === 'simd') return this.#openSimd(program, adam);
    const { SharedDevice } = await import('../engine/gpu/sharedDevice');
    this.#device ??= new SharedDevice(this.#gpu, this.#now);
    return this.#device.openEngine(program, adam);
  }

  async #openSimd(program: Program, adam: AdamConfig): Promise<Engine> {
    const { SimdEngine } = await import('../engine/simd/simdEngine');
    const { WorkerCrew } = await import('./workerCrew');
    const module = await (this.#simd ??= openKernels());
    const crew = WorkerCrew.open(program, module, this.#cores);
    return SimdEngine.open(program, adam, { now: this.#now, module, crew });
  }

  /** The GPU where there is a hardware adapter, else the CPU and why; without WASM SIMD its f64 loops. */
  async auto(): Promise<EngineOffer> {
    try {
      const { name, software } = await findAdapter(this.#gpu, IMPATIENCE);
      if (!software) return { engine: 'gpu', notice: null };
      return { engine: 'simd', notice: `The CPU computes: the only GPU here is ${name}.` };
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      return { engine: 'simd', notice: `The CPU computes (${error.message}).` };
    }
  }
}

/** The kernels of `simd`, found to compute rightly here. */
async function openKernels(): Promise<SimdModule> {
  const { compileSimd } = await import('../engine/simd/module');
  const { selfCheck } = await import('../engine/simd/selfCheck');
  const module = await compileSimd();
  await selfCheck(module);
  return module;
}
