import type { ModelState } from './engine';
import { listParameters, type ModelConfig } from './program';
import type { Random } from './random';

/** How weights are drawn: normal with mean 0. */
export interface InitConfig {
  readonly init_std: number;
  /** attn_wo and mlp_fc2 start at 0, so that each block first adds nothing (the earlier microgpt). */
  readonly init_zero_projections: boolean;
}

/** Initial weights, drawn with `random.gauss` in the order of the parameters; moments 0, step 0. */
export function initialize(model: ModelConfig, init: InitConfig, random: Random): ModelState {
  const parameters = listParameters(model);
  const { offset, size } = parameters[parameters.length - 1];
  const weights = new Float64Array(offset + size);
  for (const { name, offset, size } of parameters) {
    const zero = init.init_zero_projections && /\.(attn_wo|mlp_fc2)$/.test(name);
    const std = zero ? 0 : init.init_std;
    for (let i = offset; i < offset + size; i++) weights[i] = random.gauss(0, std);
  }
  return {
    step: 0,
    weights,
    m: new Float64Array(weights.length),
    v: new Float64Array(weights.length)
  };
}
