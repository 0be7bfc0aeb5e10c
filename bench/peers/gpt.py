"""microgpt for the benchmark: `python3 gpt.py numpy|torch THREADS` or `… cuda eager|compiled|graphs`, a problem as
one line of JSON on standard input, then a line `done count` for each call: it trains so many steps after those done and
answers with the last loss."""

import json
import sys


class NumpyGpt:
    """Forward, backward and Adam by hand in f32, over all documents of a batch at once."""

    def __init__(self, problem):
        import numpy as np

        self.np, self.p, self.batches = np, problem, problem["batches"]
        matrix = lambda m: np.array(m["values"], np.float32).reshape(m["shape"])
        self.w = {name: matrix(m) for name, m in problem["parameters"].items()}
        self.m = {name: np.zeros_like(w) for name, w in self.w.items()}
        self.v = {name: np.zeros_like(w) for name, w in self.w.items()}

    def norm(self, x):
        s = 1 / self.np.sqrt((x * x).mean(-1, keepdims=True) + self.np.float32(1e-5))
        return x * s, s

    def norm_back(self, dy, x, s):
        return s * dy - s**3 * x * (dy * x).mean(-1, keepdims=True)

    def step(self, t, rows, learning_rate):
        np, w = self.np, self.w
        B, T = rows["B"], rows["T"]
        H = self.p["n_head"]
        C = self.p["n_embd"]
        D = C // H
        tokens = np.array(rows["tokens"])
        targets = np.array(rows["targets"])
        heads = lambda x: x.reshape(B, T, H, D).transpose(0, 2, 1, 3)
        join = lambda x: x.transpose(0, 2, 1, 3).reshape(B * T, C)
        after = np.triu(np.full((T, T), -1e9, np.float32), 1)
        scale = np.float32(D**-0.5)

        emb = w["wte"][tokens] + np.tile(w["wpe"][:T], (B, 1))
        x, s_emb = self.norm(emb)
        kept = []
        for layer in range(self.p["n_layer"]):
            of = lambda name: w[f"layer{layer}.{name}"]
            h, s1 = self.norm(x)
            q, k, values = (heads(h @ of(n).T) for n in ("attn_wq", "attn_wk", "attn_wv"))
            scores = (q @ k.transpose(0, 1, 3, 2)) * scale + after
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            probs = scores / scores.sum(-1, keepdims=True)
            mixed = join(probs @ values)
            middle = x + mixed @ of("attn_wo").T
            h2, s2 = self.norm(middle)
            hidden = np.maximum(h2 @ of("mlp_fc1").T, 0)
            kept.append((x, h, s1, q, k, values, probs, mixed, middle, h2, s2, hidden))
            x = middle + hidden @ of("mlp_fc2").T
        logits = x @ w["lm_head"].T
        logits = logits - logits.max(-1, keepdims=True)
        out = np.exp(logits)
        total = out.sum(-1, keepdims=True)
        places = np.arange(B * T)
        loss = float((np.log(total[:, 0]) - logits[places, targets]).mean())

        g = {}
        d = out / total
        d[places, targets] -= 1
        d /= B * T
        g["lm_head"] = d.T @ x
        dx = d @ w["lm_head"]
        for layer in reversed(range(self.p["n_layer"])):
            of = lambda name: w[f"layer{layer}.{name}"]
            name = lambda n: f"layer{layer}.{n}"
            x, h, s1, q, k, values, probs, mixed, middle, h2, s2, hidden = kept[layer]
            g[name("mlp_fc2")] = dx.T @ hidden
            dhidden = (dx @ of("mlp_fc2")) * (hidden > 0)
            g[name("mlp_fc1")] = dhidden.T @ h2
            dx = dx + self.norm_back(dhidden @ of("mlp_fc1"), middle, s2)
            g[name("attn_wo")] = dx.T @ mixed
            dmixed = heads(dx @ of("attn_wo"))
            dprobs = dmixed @ values.transpose(0, 1, 3, 2)
            dscores = probs * (dprobs - (dprobs * probs).sum(-1, keepdims=True)) * scale
            dq, dk, dv = dscores @ k, dscores.transpose(0, 1, 3, 2) @ q, probs.transpose(0, 1, 3, 2) @ dmixed
            dh = 0
            for n, dy in (("attn_wq", dq), ("attn_wk", dk), ("attn_wv", dv)):
                dy = join(dy)
                g[name(n)] = dy.T @ h
                dh = dh + dy @ of(n)
            dx = dx + self.norm_back(dh, x, s1)
        demb = self.norm_back(dx, emb, s_emb)
        g["wte"] = np.zeros_like(w["wte"])
        np.add.at(g["wte"], tokens, demb)
        g["wpe"] = np.zeros_like(w["wpe"])
        g["wpe"][:T] = demb.reshape(B, T, C).sum(0)
        self.adam(g, t, learning_rate)
        return loss

    def adam(self, g, t, learning_rate):
        b1, b2, eps = self.p["beta1"], self.p["beta2"], self.p["eps_adam"]
        for name, w in self.w.items():
            m, v = self.m[name], self.v[name]
            m += (1 - b1) * (g[name] - m)
            v += (1 - b2) * (g[name] * g[name] - v)
            size = self.np.sqrt(v / (1 - b2**t)) + eps
            w -= learning_rate * (m / (1 - b1**t)) / size


class TorchGpt:
    """Eager PyTorch with its own Adam, fused where this version has that."""

    def __init__(self, problem, device="cpu"):
        import torch

        self.torch, self.p, self.device = torch, problem, device
        place = lambda values: torch.tensor(values, device=device)
        matrix = lambda m: place(m["values"]).reshape(m["shape"]).requires_grad_()
        self.w = {name: matrix(m) for name, m in problem["parameters"].items()}
        self.optimizer = self.adam()
        after = torch.full((problem["block_size"],) * 2, float("-inf"), device=device)
        self.after = after.triu(1)
        self.batches = [tuple(map(place, rows)) for rows in map(self.rows, problem["batches"])]

    def adam(self, **options):
        p = self.p
        options |= {"betas": (p["beta1"], p["beta2"]), "eps": p["eps_adam"]}
        try:
            return self.torch.optim.Adam(self.w.values(), fused=True, **options)
        except (RuntimeError, TypeError):
            return self.torch.optim.Adam(self.w.values(), **options)

    def rows(self, batch):
        """Tokens (B, T) and targets (B T) of a batch."""
        B, T = batch["B"], batch["T"]
        return [batch["tokens"][b * T : (b + 1) * T] for b in range(B)], batch["targets"]

    def norm(self, x):
        return x * self.torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5)

    def forward(self, tokens):
        F, w = self.torch.nn.functional, self.w
        B, T = tokens.shape
        H, C = self.p["n_head"], self.p["n_embd"]
        heads = lambda x: x.view(B, T, H, C // H).transpose(1, 2)
        x = self.norm(F.embedding(tokens, w["wte"]) + w["wpe"][:T])
        for layer in range(self.p["n_layer"]):
            of = lambda name: w[f"layer{layer}.{name}"]
            h = self.norm(x)
            q, k, v = (heads(F.linear(h, of(n))) for n in ("attn_wq", "attn_wk", "attn_wv"))
            scores = q @ k.transpose(-2, -1) * (C // H) ** -0.5 + self.after[:T, :T]
            mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, C)
            x = x + F.linear(mixed, of("attn_wo"))
            x = x + F.linear(F.linear(self.norm(x), of("mlp_fc1")).relu(), of("mlp_fc2"))
        return F.linear(x, w["lm_head"])

    def loss(self, tokens, targets):
        logits = self.forward(tokens).flatten(0, 1)
        return self.torch.nn.functional.cross_entropy(logits, targets, ignore_index=-1)

    def train(self, tokens, targets):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(tokens, targets)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def step(self, t, batch, learning_rate):
        self.optimizer.param_groups[0]["lr"] = learning_rate
        return self.train(*batch)


class PaddedGpt(TorchGpt):
    """Documents filled up to the longest with positions that do not count, so that every step has the same shapes."""

    def rows(self, batch):
        B, T = batch["B"], batch["T"]
        longest = max(rows["T"] for rows in self.p["batches"])
        fill = lambda row, value: row + [value] * (longest - T)
        of = lambda values, b: values[b * T : (b + 1) * T]
        tokens = [fill(of(batch["tokens"], b), 0) for b in range(B)]
        return tokens, sum((fill(of(batch["targets"], b), -1) for b in range(B)), [])


class CompiledGpt(PaddedGpt):
    """Forward and backward by torch.compile."""

    def __init__(self, problem, device):
        super().__init__(problem, device)
        self.loss = self.torch.compile(self.loss)


class GraphGpt(PaddedGpt):
    """The whole step recorded once as a CUDA graph and replayed."""

    def __init__(self, problem, device):
        super().__init__(problem, device)
        torch = self.torch
        self.rate = torch.zeros((), device=device)
        self.optimizer = self.adam(lr=self.rate, capturable=True)
        self.inputs = [x.clone() for x in self.batches[0]]
        self.warm_up()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.output = self.train(*self.inputs)

    def warm_up(self):
        """Trains without a rate, as recording asks for, and forgets the moments."""
        stream = self.torch.cuda.Stream()
        stream.wait_stream(self.torch.cuda.current_stream())
        with self.torch.cuda.stream(stream):
            for _ in range(3):
                self.train(*self.inputs)
        stream.synchronize()
        for state in self.optimizer.state.values():
            for kept in state.values():
                kept.zero_()

    def step(self, t, batch, learning_rate):
        for place, values in zip(self.inputs, batch):
            place.copy_(values)
        self.rate.fill_(learning_rate)
        self.graph.replay()
        return self.output


def open_gpt(problem, kind, how):
    if kind == "numpy":
        return NumpyGpt(problem)
    if kind == "torch":
        import torch

        torch.set_num_threads(int(how))
        return TorchGpt(problem)
    return {"eager": TorchGpt, "compiled": CompiledGpt, "graphs": GraphGpt}[how](problem, "cuda")


def main():
    problem = json.loads(sys.stdin.readline())
    gpt = open_gpt(problem, *sys.argv[1:])
    batches, rates = gpt.batches, problem["learning_rates"]
    for line in sys.stdin:
        done, count = map(int, line.split())
        for t in range(done, done + count):
            loss = gpt.step(t + 1, batches[t % len(batches)], rates[t % len(rates)])
        # Reading it waits for the device.
        print(float(loss), flush=True)


main()
