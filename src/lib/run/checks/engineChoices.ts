import { engineNames, type EngineName } from '../../engine/engine';

/** The engine that others are compared with: f64, and the shortest. */
export const REFERENCE = 'cpu' satisfies EngineName;

/** Every engine that can be compared with the reference. */
export const comparedEngines: readonly EngineName[] = engineNames.filter(
  (name) => name !== REFERENCE
);
