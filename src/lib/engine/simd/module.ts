import { DeviceError } from '../errors';
import type { OperationName } from '../ops/index';

/** A kernel of one operation: loop bounds and addresses of tensors, in the order of `operationArguments`. */
export type OperationKernel = (...args: number[]) => void;

/** Memory and functions of one instance of the kernels; addresses and strides in bytes. */
export interface Kernels extends Record<
  `${OperationName}_${'forward' | 'backward'}`,
  OperationKernel
> {
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
    rest1: number,
    rest2: number,
    rate: number,
    root: number,
    epsilon: number,
    squares: number
  ): void;
  /** A matrix product in tiles: kernels/product.ts. */
  product(...args: number[]): void;
  expOf(x: number): number;
  logOf(x: number): number;
}

/** Relaxed SIMD multiplies and adds in one rounding where the device can; plain SIMD in two, everywhere the same. */
export const simdKinds = ['relaxed', 'plain'] as const;
export type SimdKind = (typeof simdKinds)[number];

/** The kernels, compiled. */
export interface SimdModule {
  readonly kind: SimdKind;
  readonly module: WebAssembly.Module;
}

/** The device in words. */
export function nameOf({ kind }: SimdModule): string {
  return kind === 'relaxed' ? 'WASM, relaxed SIMD, f32' : 'WASM, SIMD, f32';
}

const I32_CONST_0 = [0x41, 0];
const I32X4_SPLAT = [0xfd, 0x11];
const RELAXED_MADD = [0xfd, 0x85, 0x02];
const VECTOR = [...I32_CONST_0, ...I32X4_SPLAT];

/** The smallest modules that only validate where these instructions are known. */
const probes: Readonly<Record<SimdKind, Uint8Array<ArrayBuffer>>> = {
  plain: moduleOf(VECTOR),
  relaxed: moduleOf([...VECTOR, ...VECTOR, ...VECTOR, ...RELAXED_MADD])
};

/** Whether WASM of that kind can be had here. */
export function supportsSimd(kind: SimdKind): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(probes[kind]);
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

/** A module whose one function gives a v128. */
function moduleOf(body: readonly number[]): Uint8Array<ArrayBuffer> {
  const code = [0, ...body, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 5, 1, 0x60, 0, 1, 0x7b],
    ...[3, 2, 1, 0],
    ...[10, code.length + 2, 1, code.length, ...code]
  ]);
}
