import type { AdamConfig } from '../../adam';
import { literal } from './wgsl';

/**
 * Adam's update of four weights (../../adam.ts) as a WGSL function of their place, their gradient and `rate` =
 * (learning rate, correction 1, correction 2); returns what norms are made of: squares of gradient and update.
 * @param size of the padded weights in vec4
 */
export function adamFunction({ beta1, beta2, eps_adam }: AdamConfig, size: number): string {
  return `
fn adam_rate() -> vec3f {
  return vec3f(steps[slot].learning_rate, steps[slot].correction1, steps[slot].correction2);
}

fn adam_update(place: u32, g: vec4f, rate: vec3f) -> vec2f {
  const BETA1: f32 = ${literal(beta1)};
  const REST1: f32 = ${literal(1 - beta1)};
  const BETA2: f32 = ${literal(beta2)};
  const REST2: f32 = ${literal(1 - beta2)};
  const EPS_ADAM: f32 = ${literal(eps_adam)};
  const V = ${size}u;
  let m = BETA1 * moments[place] + REST1 * g;
  let v = BETA2 * moments[V + place] + REST2 * g * g;
  let update = rate.x * (m / rate.y) / (sqrt(v / rate.z) + EPS_ADAM);
  moments[place] = m;
  moments[V + place] = v;
  weights[place] -= update;
  return vec2f(dot(g, g), dot(update, update));
}`;
}
