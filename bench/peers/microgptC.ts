import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Peer } from './peer';
import type { Problem } from './problem';
import { ProgramPeer } from './program';

/** In f32, with arithmetic as the standard has it, and as its own release build has it. */
export const arithmetics = {
  IEEE: [],
  'fast-math': ['-ffast-math', '-funroll-loops']
} as const;
export type Arithmetic = keyof typeof arithmetics;

const options = ['-O3', '-march=native', '-DNDEBUG', '-DMICROGPT_USE_FLOAT=1', '-DMICROGPT_SIMD=1'];

/** Matrices of a layer in the order of its weights. */
const inLayer = ['attn_wq', 'attn_wk', 'attn_wv', 'attn_wo', 'mlp_fc1', 'mlp_fc2'];

/**
 * microgpt-c, compiled with our own driver. Its gradients are not those of the others: a position's keys and values
 * get none from the positions after it, so that of its losses only the first can be compared.
 * @param checkout where its repository lies
 */
export function openMicrogptC(checkout: string, how: Arithmetic, problem: Problem): Peer {
  const folder = mkdtempSync(join(tmpdir(), 'microgpt-c-'));
  const program = compile(checkout, how, problem, join(folder, 'train'));
  const peer = new ProgramPeer(`microgpt-c, ${how}`, [program], textOf(problem));
  return {
    device: peer.device,
    train: (done, count) => peer.train(done, count),
    dispose() {
      peer.dispose();
      rmSync(folder, { recursive: true });
    },
    comparedUntil: 1,
    note: 'its keys and values get no gradient from later positions, so it computes less'
  };
}

function compile(checkout: string, how: Arithmetic, problem: Problem, program: string): string {
  const source = resolve(checkout, 'src/microgpt.c');
  if (!existsSync(source)) {
    throw new Error(`microgpt-c: needs a checkout with src/microgpt.c, got ${checkout}`);
  }
  const { n_embd, n_head, n_layer, block_size, vocab_size } = problem;
  const sizes = {
    ...{ N_EMBD: n_embd, N_HEAD: n_head, N_LAYER: n_layer, BLOCK_SIZE: block_size },
    ...{ MLP_DIM: 4 * n_embd, MAX_VOCAB: vocab_size }
  };
  const defined = Object.entries(sizes).map(([name, size]) => `-D${name}=${size}`);
  const driver = resolve(import.meta.dirname, 'microgptC.c');
  const { status, stderr } = spawnSync(
    process.env.CC ?? 'cc',
    [
      ...options,
      ...arithmetics[how],
      ...defined,
      `-DMICROGPT_C="${source}"`,
      driver,
      '-o',
      program,
      '-lm',
      '-lpthread'
    ],
    { encoding: 'utf8' }
  );
  if (status === 0) return program;
  throw new Error(`microgpt-c: needs a C compiler that takes it, got ${stderr ?? 'none'}`);
}

/** The problem as the driver reads it. */
function textOf({ n_layer, vocab_size, parameters, batches, learning_rates }: Problem): string {
  const layers = Array.from({ length: n_layer }, (_, l) => inLayer.map((m) => `layer${l}.${m}`));
  const matrices = ['wte', 'wpe', 'lm_head', ...layers.flat()].map((m) => parameters[m].values);
  const rows = batches.map(({ B, T, tokens, targets }) => [B, T, ...tokens, ...targets].join(' '));
  const lines = [
    vocab_size,
    ...matrices.map((values) => values.join(' ')),
    ...[batches.length, ...rows],
    ...[learning_rates.length, learning_rates.join(' ')]
  ];
  return `${lines.join('\n')}\n`;
}
