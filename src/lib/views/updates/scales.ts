import type { UpdateReading } from '../../run/updateQuestions';
import { scales, type SignedScale } from '../operations/tensorPixels';

/** Fixed scales, the same at every step. */

/** Of cosines. */
export const cosineScale: SignedScale = { kind: 'linear', from: 0, to: 1 };

/** Of a token's share of an update: full colour at half of it. */
export const shareScale: SignedScale = { kind: 'linear', from: 0, to: 0.5 };

/** Of a parameter's numbers. What moves in one step is about the learning rate and less. */
export const readingScales: Readonly<Record<UpdateReading, SignedScale>> = {
  value: scales.logarithmic.value,
  gradient: scales.logarithmic.gradient,
  moved: { kind: 'logarithmic', from: 1e-6, to: 0.1 }
};
