import { DeviceError } from '../errors';

/** Memory and functions of one instance of the kernels; addresses and strides in bytes. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  /** The first address that is free for tensors. */
  firstFree(): number;
  layAttention(
    head: number,
    qkvRow: number,
    mixRow: number,
    weightRow: number,
    weightHead: number,
    heads: number,
    packed: number
  ): void;
  /** Runs the instructions from one address to another over T positions. */
  run(from: number, to: number, T: number, share: number): void;
  total(T: number, x: number): number;
  accumulate(x: number, y: number, bytes: number): void;
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    bytes: number,
    beta1: number,
    beta2: number,
    rate: number,
    root: number,
    epsilon: number,
    norms: number
  ): void;
}

/** Relaxed SIMD multiplies and adds in one rounding where the device can; plain SIMD in two, everywhere the same. */
export type SimdKind = 'relaxed' | 'plain';

/** The kernels, compiled. */
export interface SimdModule {
  readonly kind: SimdKind;
  readonly module: WebAssembly.Module;
}

/** A function of one v128: `i32x4.splat`, and with it `f32x4.relaxed_madd`. */
const probes: Readonly<Record<SimdKind, readonly number[]>> = {
  plain: probe([0x41, 0, 0xfd, 0x11]),
  relaxed: probe([
    ...[0x41, 0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11],
    ...[0xfd, 0x85, 0x02]
  ])
};

/** Whether WASM of that kind can be had here. */
export function supportsSimd(kind: SimdKind): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(probes[kind]));
}

/** Compiles the kernels, relaxed where that can be had. Throws DeviceError where there is no WASM SIMD at all. */
export async function compileSimd(
  kind: SimdKind = supportsSimd('relaxed') ? 'relaxed' : 'plain'
): Promise<SimdModule> {
  if (!supportsSimd(kind)) throw new DeviceError('simd: needs WebAssembly with SIMD, got none');
  const binaries = await import('./binaries');
  const bytes = Uint8Array.from(atob(binaries[kind]), (c) => c.charCodeAt(0));
  return { kind, module: await WebAssembly.compile(bytes) };
}

/** An instance with a memory of its own. */
export async function instantiate({ module }: SimdModule): Promise<Kernels> {
  const { exports } = await WebAssembly.instantiate(module, {});
  return exports as unknown as Kernels;
}

/** A module with one function that returns a v128: the smallest that only validates with these instructions. */
function probe(body: readonly number[]): number[] {
  const code = [0, ...body, 0x0b];
  return [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 5, 1, 0x60, 0, 1, 0x7b],
    ...[3, 2, 1, 0],
    ...[10, code.length + 2, 1, code.length, ...code]
  ];
}
