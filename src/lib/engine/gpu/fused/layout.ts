import type { Program } from '../../program';
import { layOutActivations, type ActivationLayout } from './activationLayout';
import { WeightLayout } from './weightLayout';
import { measureWidths, type Widths } from './widths';

/** Where everything of a program lies in the buffers of the fused path. */
export interface Layout {
  readonly program: Program;
  readonly widths: Widths;
  readonly weights: WeightLayout;
  readonly activations: ActivationLayout;
}

export function layOut(program: Program): Layout {
  const widths = measureWidths(program.config);
  const activations = layOutActivations(program, widths);
  return { program, widths, weights: new WeightLayout(program), activations };
}
