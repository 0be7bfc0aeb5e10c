import { attend, attendBackward } from './attention';
import { product, transpose8 } from './product';
import { embed, embedBackward, loss, norm, normBackward, square } from './rows';

/** Runs a fused step: a list of instructions that plan.ts writes, each a number and up to 15 arguments of 4 bytes. */

const INSTRUCTION: usize = 64;

/** Instead of a number of rows: those of the batch, filled up to a multiple of four. Instead of a sum's length: T. */
const OF_THE_BATCH: i32 = -1;

/** Runs the instructions from one address to another over a batch of T positions; `share` is 1 / (all positions). */
export function run(from: usize, to: usize, T: i32, share: f32): void {
  for (let at = from; at < to; at += INSTRUCTION) {
    if (load<i32>(at) === 0) runProduct(at, T);
    else runOther(at, T, share);
  }
}

function runOther(at: usize, T: i32, share: f32): void {
  const a = arg(at, 1);
  const b = arg(at, 2);
  const c = arg(at, 3);
  const d = arg(at, 4);
  const e = arg(at, 5);
  const f = arg(at, 6);
  const g = arg(at, 7);
  const scale = load<f32>(at, 12);
  switch (load<i32>(at)) {
    case 1:
      return embed(T, a, b, c, d, e, f, g);
    case 2:
      return embedBackward(T, a, b, c, d, e, f, g);
    case 3:
      return norm(T, <i32>a, b, c, d, e);
    case 4:
      return normBackward(T, <i32>a, b, c, d, e, f);
    case 5:
      return attend(a, <i32>b, scale, d, e, f);
    case 6:
      return attendBackward(a, <i32>b, scale, d, e, f, g, arg(at, 8));
    case 7:
      return square(T, a, b, c);
    case 8:
      return loss(T, <i32>a, b, c, d, e, f, g, share);
    case 9:
      return transpose(a, b, c, d);
    case 10:
      return memory.fill(a, 0, b);
    default:
      unreachable();
  }
}

function arg(at: usize, i: i32): usize {
  return load<usize>(at + ((<usize>i) << 2));
}

function runProduct(at: usize, T: i32): void {
  const rows = load<i32>(at, 4);
  const K = load<i32>(at, 12);
  product(
    rows === OF_THE_BATCH ? (T + 3) & -4 : rows,
    load<i32>(at, 8),
    K === OF_THE_BATCH ? T : K,
    arg(at, 4),
    arg(at, 5),
    arg(at, 6),
    arg(at, 7),
    arg(at, 8),
    arg(at, 9),
    arg(at, 10),
    arg(at, 11),
    arg(at, 12),
    arg(at, 13),
    load<i32>(at, 56)
  );
}

/** Weights in panels of eight inputs to panels of eight outputs; rows and columns are multiples of eight. */
export function transpose(from: usize, to: usize, n_out: usize, n_in: usize): void {
  for (let i: usize = 0; i < n_in; i += 8) {
    for (let o: usize = 0; o < n_out; o += 8) {
      transpose8(from + ((i * n_out + o * 8) << 2), to + ((o * n_in + i * 8) << 2));
    }
  }
}
