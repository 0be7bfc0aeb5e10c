import type { EngineName } from '../run/protocol';
import type { EngineChoice } from '../run/settings';
import type { AdapterKind } from './adapter.svelte';

/**
 * What will compute, as far as the page can know: `auto` is the GPU where there is one, unless the CPU was measured to
 * be faster, and else the CPU.
 * @param measured the faster of the two on this device, if both have been measured
 */
export function expectedEngine(
  choice: EngineChoice,
  adapter: AdapterKind,
  measured: EngineName | undefined
): EngineName {
  if (choice !== 'auto') return choice;
  return adapter === 'hardware' && measured !== 'simd' ? 'gpu' : 'simd';
}
