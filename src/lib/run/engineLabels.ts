import type { EngineName } from '../engine/engine';

export { precisions } from '../engine/engine';

/** What the engines are called: the CPU is the fast one, and the reference its exact sibling. */
export const engineLabels: Readonly<Record<EngineName, string>> = {
  gpu: 'GPU',
  simd: 'CPU',
  cpu: 'CPU (f64)'
};

/** How an engine is called in a sentence. */
export function engineLabel(engine: EngineName): string {
  return engineLabels[engine];
}
