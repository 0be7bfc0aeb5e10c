"""Records short runs on a corpus with characters beyond the BMP: python3 record_runs.py

A second writing of the model in plain Python, scalar by scalar, after the formulas of src/lib/engine/ops: slow, and
without a line in common with the engine. Writes unicode-seed0.json and unicode-seed1099511627783.json beside itself,
in the format of the other runs here.
"""

import json
import math
import platform
import random
from pathlib import Path

HERE = Path(__file__).parent
CORPUS = 'unicode.txt'
CONFIG = dict(n_embd=4, n_head=2, n_layer=2, block_size=5, num_steps=20, learning_rate=0.02,
              beta1=0.85, beta2=0.99, eps_adam=1e-8, temperature=0.9)
INIT_STD, SAMPLES = 0.3, 8


class Scalar:
    """A number that remembers what it was computed from: pairs of an operand and the derivative by it."""

    tape = []

    def __init__(self, value, sources=()):
        self.value, self.sources, self.gradient = value, sources, 0.0
        Scalar.tape.append(self)

    def __add__(self, other):
        return Scalar(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return Scalar(self.value * other.value, ((self, other.value), (other, self.value)))

    def times(self, constant):
        return Scalar(self.value * constant, ((self, constant),))

    def plus(self, constant):
        return Scalar(self.value + constant, ((self, 1.0),))

    def power(self, exponent):
        return Scalar(self.value**exponent, ((self, exponent * self.value ** (exponent - 1)),))

    def exp(self):
        y = math.exp(self.value)
        return Scalar(y, ((self, y),))

    def log(self):
        return Scalar(math.log(self.value), ((self, 1 / self.value),))

    def relu(self):
        return Scalar(max(0.0, self.value), ((self, float(self.value > 0)),))


def total(scalars):
    first, *rest = scalars
    for scalar in rest:
        first = first + scalar
    return first


def backward(loss):
    loss.gradient = 1.0
    for scalar in reversed(Scalar.tape):  # every operand comes before what is computed from it
        for source, derivative in scalar.sources:
            source.gradient += derivative * scalar.gradient


def linear(x, w):
    return [total(wi * xi for wi, xi in zip(row, x)) for row in w]


def rmsnorm(x):
    s = total(xi * xi for xi in x).times(1 / len(x)).plus(1e-5).power(-0.5)
    return [xi * s for xi in x]


def softmax(x):
    largest = max(xi.value for xi in x)
    exps = [xi.plus(-largest).exp() for xi in x]
    inverse = total(exps).power(-1)
    return [e * inverse for e in exps]


def add(a, b):
    return [ai + bi for ai, bi in zip(a, b)]


def attention(q, keys, values):
    mixed = []
    head_dim = CONFIG['n_embd'] // CONFIG['n_head']
    for start in range(0, len(q), head_dim):
        head = slice(start, start + head_dim)
        scores = [total(a * b for a, b in zip(q[head], k[head])).times(head_dim**-0.5) for k in keys]
        weights = softmax(scores)
        mixed += [total(a * v[j] for a, v in zip(weights, values)) for j in range(start, start + head_dim)]
    return mixed


def logits(w, token, position, past):
    x = rmsnorm(add(w['wte'][token], w['wpe'][position]))
    for layer in range(CONFIG['n_layer']):
        name = f'layer{layer}.'
        keys, values = past.setdefault(layer, ([], []))
        h = rmsnorm(x)
        keys.append(linear(h, w[name + 'attn_wk']))
        values.append(linear(h, w[name + 'attn_wv']))
        mixed = attention(linear(h, w[name + 'attn_wq']), keys, values)
        x = add(linear(mixed, w[name + 'attn_wo']), x)
        hidden = [u.relu() for u in linear(rmsnorm(x), w[name + 'mlp_fc1'])]
        x = add(linear(hidden, w[name + 'mlp_fc2']), x)
    return linear(x, w['lm_head'])


def document_loss(w, ids):
    n, past = min(CONFIG['block_size'], len(ids) - 1), {}
    losses = [softmax(logits(w, ids[t], t, past))[ids[t + 1]].log().times(-1) for t in range(n)]
    return total(losses).times(1 / n)


def draw(w, bos, uchars):
    text, token, past = '', bos, {}
    for position in range(CONFIG['block_size']):
        scaled = [x.times(1 / CONFIG['temperature']) for x in logits(w, token, position, past)]
        [token] = random.choices(range(bos + 1), weights=[p.value for p in softmax(scaled)])
        if token == bos:
            break
        text += uchars[token]
    return text


def initial_weights(vocab_size):
    C = CONFIG['n_embd']
    shapes = {'wte': (vocab_size, C), 'wpe': (CONFIG['block_size'], C), 'lm_head': (vocab_size, C)}
    for layer in range(CONFIG['n_layer']):
        for matrix in ('attn_wq', 'attn_wk', 'attn_wv', 'attn_wo'):
            shapes[f'layer{layer}.{matrix}'] = (C, C)
        shapes[f'layer{layer}.mlp_fc1'], shapes[f'layer{layer}.mlp_fc2'] = (4 * C, C), (C, 4 * C)
    return {name: [[Scalar(random.gauss(0, INIT_STD)) for _ in range(columns)] for _ in range(rows)]
            for name, (rows, columns) in shapes.items()}


def each(w, read):
    return {name: [[read(scalar) for scalar in row] for row in matrix] for name, matrix in w.items()}


def record(seed):
    random.seed(seed)
    docs = [line.strip() for line in (HERE / CORPUS).read_text(encoding='utf-8').splitlines() if line.strip()]
    num_docs = len(docs)
    random.shuffle(docs)
    uchars = sorted(set(''.join(docs)))
    bos = len(uchars)
    tokens = [[bos] + [uchars.index(character) for character in doc] + [bos] for doc in docs]
    Scalar.tape = []
    w = initial_weights(bos + 1)
    parameters = list(Scalar.tape)
    initial, gradients, losses = each(w, lambda p: p.value), {}, []
    m, v = [0.0] * len(parameters), [0.0] * len(parameters)
    for step in range(CONFIG['num_steps']):
        Scalar.tape = list(parameters)
        for p in parameters:
            p.gradient = 0.0
        loss = document_loss(w, tokens[step % num_docs])
        backward(loss)
        losses.append(loss.value)
        if step + 1 in (1, 2, 10):
            gradients[step + 1] = each(w, lambda p: p.gradient)
        adam(parameters, m, v, step)
    Scalar.tape = []
    samples = [draw(w, bos, uchars) for _ in range(SAMPLES)]
    return dict(
        config=CONFIG, seed=seed, corpus=CORPUS, num_docs=num_docs, first_docs=docs[:5], uchars=''.join(uchars),
        variant=dict(init_std=INIT_STD, zero_init_projections=False, activation='relu', lr_schedule='linear'),
        vocab_size=bos + 1, num_params=len(parameters), python=platform.python_version(), tokens=tokens[:5],
        initial=initial, losses=losses, gradients=gradients, final=each(w, lambda p: p.value), samples=samples)


def adam(parameters, m, v, step):
    beta1, beta2 = CONFIG['beta1'], CONFIG['beta2']
    learning_rate = CONFIG['learning_rate'] * (1 - step / CONFIG['num_steps'])
    for i, p in enumerate(parameters):
        m[i] = beta1 * m[i] + (1 - beta1) * p.gradient
        v[i] = beta2 * v[i] + (1 - beta2) * p.gradient**2
        m_hat, v_hat = m[i] / (1 - beta1 ** (step + 1)), v[i] / (1 - beta2 ** (step + 1))
        p.value -= learning_rate * m_hat / (v_hat**0.5 + CONFIG['eps_adam'])


for seed in (0, 2**40 + 7):
    (HERE / f'unicode-seed{seed}.json').write_text(json.dumps(record(seed)), encoding='utf-8')
