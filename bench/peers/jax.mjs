/**
 * microgpt in jax-js, as its own documentation would have it: one jitted function for a whole step. It compiles for each
 * shape, so documents are filled up to one length; what is filled in has no part in the loss.
 */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  tree,
  valueAndGrad
} from '@jax-js/jax';

/** @type {import('./peer').OpenPeer} */
export async function openJax(problem, device) {
  const devices = await init(device);
  if (!devices.includes(device)) throw new Error(`jax-js: needs ${device}, got ${devices}`);
  defaultDevice(device);
  const T = Math.max(...problem.batches.map((rows) => rows.T));
  const batches = problem.batches.map((rows) => batchArrays(rows, T, problem.vocab_size));
  const step = jit(makeStep(problem, T));
  const entries = Object.entries(problem.parameters);
  let weights = Object.fromEntries(entries.map(([name, matrix]) => [name, arrayOf(matrix)]));
  let m = tree.map(np.zerosLike, tree.ref(weights));
  let v = tree.map(np.zerosLike, tree.ref(weights));

  return {
    device: `jax-js ${device}`,
    async train(done, count) {
      let loss;
      for (let t = done; t < done + count; t++) {
        loss?.dispose();
        const { tokens, picked } = batches[t % batches.length];
        const numbers = np.array([
          problem.learning_rates[t % problem.learning_rates.length],
          1 - problem.beta1 ** (t + 1),
          1 - problem.beta2 ** (t + 1)
        ]);
        ({ loss, weights, m, v } = step(weights, m, v, tokens.ref, picked.ref, numbers));
      }
      await blockUntilReady(weights);
      return (await loss.data())[0];
    }
  };
}

/** @param {import('./problem').Matrix} matrix */
function arrayOf({ shape, values }) {
  return np.array(new Float32Array(values)).reshape([...shape]);
}

/** Tokens (B, T), and targets as (B, T, V): 1 / positions at the target, else 0. */
function batchArrays({ B, T: length, tokens, targets }, T, V) {
  const padded = new Int32Array(B * T);
  const picked = new Float32Array(B * T * V);
  for (let i = 0; i < B * length; i++) {
    const at = Math.floor(i / length) * T + (i % length);
    padded[at] = tokens[i];
    picked[at * V + targets[i]] = 1 / (B * length);
  }
  return {
    tokens: np.array(padded).reshape([B, T]),
    picked: np.array(picked).reshape([B, T, V])
  };
}

function makeStep(problem, T) {
  const { beta1, beta2, eps_adam } = problem;
  const lossAndGradient = valueAndGrad((weights, tokens, picked) =>
    np.sum(nn.logSoftmax(forward(problem, T, weights, tokens), -1).mul(picked)).mul(-1)
  );
  return (weights, m, v, tokens, picked, numbers) => {
    const [loss, g] = lossAndGradient(tree.ref(weights), tokens, picked);
    const [learning_rate, correction1, correction2] = np.split(numbers, 3);
    const next = { loss, weights: {}, m: {}, v: {} };
    for (const name of Object.keys(weights)) {
      next.m[name] = m[name].mul(beta1).add(g[name].ref.mul(1 - beta1));
      next.v[name] = v[name].mul(beta2).add(np.square(g[name]).mul(1 - beta2));
      const direction = next.m[name].ref.div(correction1.ref);
      const size = np.sqrt(next.v[name].ref.div(correction2.ref)).add(eps_adam);
      next.weights[name] = weights[name].sub(direction.div(size).mul(learning_rate.ref));
    }
    tree.dispose([learning_rate, correction1, correction2]);
    return next;
  };
}

/** Logits (B, T, V). */
function forward({ n_layer, n_embd, n_head }, T, w, tokens) {
  const B = tokens.shape[0];
  const D = n_embd / n_head;
  const heads = (x) => x.reshape([B, T, n_head, D]).transpose([0, 2, 1, 3]);
  let x = norm(np.take(w.wte, tokens, 0).add(w.wpe.slice([0, T])));
  for (let layer = 0; layer < n_layer; layer++) {
    const of = (name) => w[`layer${layer}.${name}`];
    const h = norm(x.ref);
    const q = heads(linear(h.ref, of('attn_wq')));
    const k = heads(linear(h.ref, of('attn_wk')));
    const values = heads(linear(h, of('attn_wv')));
    const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(D));
    const after = np.triu(np.ones([T, T]), 1).mul(-1e9);
    const mixed = np.matmul(nn.softmax(scores.add(after), -1), values);
    const joined = mixed.transpose([0, 2, 1, 3]).reshape([B, T, n_embd]);
    x = x.add(linear(joined, of('attn_wo')));
    x = x.ref.add(linear(nn.relu(linear(norm(x), of('mlp_fc1'))), of('mlp_fc2')));
  }
  return linear(x, w.lm_head);
}

/** y = x wᵀ */
function linear(x, w) {
  return np.matmul(x, w.transpose());
}

function norm(x) {
  const meanSquare = np.mean(np.square(x.ref), -1, { keepdims: true });
  return x.div(np.sqrt(meanSquare.add(1e-5)));
}
