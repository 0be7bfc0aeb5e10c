import { log } from '../libm';
import { constant, logOf, negative, quotient } from './expression';
import { needShapes, operation } from './operation';

/**
 * Surprise at the right answer: minus the log of the probability given to the target.
 * p (T, V): probabilities; targets (T), each in 0…V−1 → y (T), in nats. After microgpt's `-probs[target_id].log()`.
 * Throws ShapeError unless p has two axes and targets T numbers.
 */
export const cross_entropy = operation({
  name: 'cross_entropy',
  summary: 'The loss of each token: minus the log of the probability given to the right answer.',
  inputs: ['p'],
  indices: ['targets'],
  attributes: [],
  context: [],
  formula: 'y[t] = −log p[t, target[t]]',
  gradient: { p: 'dp[t, target[t]] += −dy[t] / p[t, target[t]]' },

  shape({ p, targets }) {
    needShapes(
      p.length === 2 && targets.length === 1 && targets[0] === p[0],
      'cross_entropy',
      'p (T, V) and targets (T)',
      { p, targets }
    );
    const [T, V] = p;
    return { y: [T], dims: { T, V } };
  },

  forward({ p, targets, y }, { T, V }) {
    for (let t = 0; t < T; t++) y[t] = -log(p[t * V + targets[t]]);
  },

  backward({ p, targets, dp, dy }, { T, V }) {
    for (let t = 0; t < T; t++) dp[t * V + targets[t]] -= dy[t] / p[t * V + targets[t]];
  },

  cells: {
    y: ({ p, targets }, _, [t]) => negative(logOf(p(t, targets(t)))),
    dp: ({ p, targets, dy }, _, [t, v]) =>
      v === targets(t).value
        ? negative(quotient(dy(t), p(t, targets(t))))
        : constant(0, '0', [targets(t)])
  },

  wgsl: {
    forward: {
      threads: [['t', 'T']],
      reads: ['p', 'targets'],
      writes: 'y',
      body: `
y[t] = -log(p[t * V + u32(targets[t])]);`
    },
    backward: {
      p: {
        threads: [['t', 'T']],
        reads: ['p', 'targets', 'dy'],
        writes: 'dp',
        body: `
dp[t * V + u32(targets[t])] -= dy[t] / p[t * V + u32(targets[t])];`
      }
    }
  },

  samples: [
    { shapes: { p: [1, 1], targets: [1] }, indices: { targets: [0] }, range: { p: [0.1, 1] } },
    {
      shapes: { p: [3, 5], targets: [3] },
      indices: { targets: [4, 0, 2] },
      range: { p: [0.01, 1] }
    },
    {
      shapes: { p: [17, 27], targets: [17] },
      indices: { targets: Array.from({ length: 17 }, (_, t) => (t * 5) % 27) },
      range: { p: [0.001, 1] }
    }
  ]
});
