/**
 * microgpt in TensorFlow.js, eager as it is meant to be used: gradients by its own tape, Adam written out, so that eps
 * stands where microgpt has it. Tokens enter as one-hot rows: its WASM backend has no gradient of a gather.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

const backends = {
  async wasm() {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths('/bench/peers/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  },
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu')
};

/** @type {import('./peer').OpenPeer} */
export async function openTfjs(problem, device) {
  await backends[device]();
  if (!(await tf.setBackend(device))) throw new Error(`tfjs: needs ${device}, got none`);
  await tf.ready();
  const batches = problem.batches.map((rows) => batchTensors(rows, problem.vocab_size));
  const names = Object.keys(problem.parameters);
  const weights = Object.fromEntries(
    names.map((name) => {
      const { shape, values } = problem.parameters[name];
      return [name, tf.variable(tf.tensor2d(values, [...shape]), true, undefined)];
    })
  );
  const zeros = () =>
    Object.fromEntries(names.map((name) => [name, tf.variable(tf.zerosLike(weights[name]))]));
  const m = zeros();
  const v = zeros();

  return {
    device: `TensorFlow.js ${device}`,
    async train(done, count) {
      await tf.setBackend(device);
      let loss;
      for (let t = done; t < done + count; t++) {
        loss?.dispose();
        loss = tf.tidy(() => {
          const batch = batches[t % batches.length];
          const { value, grads } = tf.variableGrads(
            () => meanLoss(problem, weights, batch),
            names.map((name) => weights[name])
          );
          const rate = problem.learning_rates[t % problem.learning_rates.length];
          for (const name of names) {
            adam(
              problem,
              { w: weights[name], m: m[name], v: v[name] },
              grads[weights[name].name],
              rate,
              t + 1
            );
          }
          return value;
        });
      }
      return (await loss.data())[0];
    }
  };
}

function batchTensors({ B, T, tokens, targets }, V) {
  const oneHot = (ids) => tf.keep(tf.cast(tf.oneHot(tf.tensor1d([...ids], 'int32'), V), 'float32'));
  const after = tf.tidy(() => {
    const position = tf.range(0, T);
    return tf.keep(
      tf.mul(
        tf.cast(tf.greater(tf.expandDims(position, 0), tf.expandDims(position, 1)), 'float32'),
        -1e9
      )
    );
  });
  return { B, T, tokens: oneHot(tokens), targets: oneHot(targets), after };
}

function adam({ beta1, beta2, eps_adam }, { w, m, v }, g, learning_rate, t) {
  m.assign(tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1)));
  v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2)));
  const direction = tf.div(m, 1 - beta1 ** t);
  const size = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** t)), eps_adam);
  w.assign(tf.sub(w, tf.mul(tf.div(direction, size), learning_rate)));
}

/** Mean over the targets of −log of the probability that each had. */
function meanLoss(problem, w, batch) {
  const logits = forward(problem, w, batch);
  const logProbs = tf.logSoftmax(logits, -1);
  return tf.div(tf.neg(tf.sum(tf.mul(logProbs, batch.targets))), batch.B * batch.T);
}

/** Logits (B·T, V). */
function forward({ n_layer, n_embd, n_head }, w, { B, T, tokens, after }) {
  const D = n_embd / n_head;
  const heads = (x) => tf.transpose(tf.reshape(x, [B, T, n_head, D]), [0, 2, 1, 3]);
  const places = tf.tile(tf.slice(w.wpe, [0, 0], [T, n_embd]), [B, 1]);
  let x = norm(tf.add(tf.matMul(tokens, w.wte), places));
  for (let layer = 0; layer < n_layer; layer++) {
    const of = (name) => w[`layer${layer}.${name}`];
    const h = norm(x);
    const q = heads(linear(h, of('attn_wq')));
    const k = heads(linear(h, of('attn_wk')));
    const values = heads(linear(h, of('attn_wv')));
    const scores = tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(D)), after);
    const mixed = tf.matMul(tf.softmax(scores, -1), values);
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [B * T, n_embd]);
    x = tf.add(x, linear(joined, of('attn_wo')));
    x = tf.add(x, linear(tf.relu(linear(norm(x), of('mlp_fc1'))), of('mlp_fc2')));
  }
  return linear(x, w.lm_head);
}

/** y = x wᵀ */
function linear(x, w) {
  return tf.matMul(x, w, false, true);
}

function norm(x) {
  return tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5)));
}
