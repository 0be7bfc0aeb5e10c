import { setFlagsFromString } from 'node:v8';
import { compileSimd, simdKinds, supportsSimd, type SimdModule } from '$lib/engine/simd/module';

// Node 20 knows relaxed SIMD, behind a flag; later ones know it without.
if (!supportsSimd('relaxed')) setFlagsFromString('--experimental-wasm-relaxed-simd');

/** The kernels with and without relaxed SIMD. */
export const modules: readonly SimdModule[] = await Promise.all(simdKinds.map(compileSimd));
