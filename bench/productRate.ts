import { Arena } from '../src/lib/engine/simd/memory';
import { compileSimd, instantiate } from '../src/lib/engine/simd/module';

/** c (M, N) = a (M, K) · b (K, N): M a multiple of 4, N of 8. */
export interface ProductSizes {
  readonly M: number;
  readonly K: number;
  readonly N: number;
}

/** What a product is measured at: one layer's, a wider one's, and a batch's. */
export const productSizes: readonly ProductSizes[] = [
  { M: 64, K: 64, N: 64 },
  { M: 64, K: 256, N: 64 },
  { M: 2048, K: 64, N: 256 }
];

const PANEL = 8;
const STORE = 0;

/** GFLOP/s of the product kernel of `simd` alone, over about so many milliseconds: the most that a step could reach. */
export async function productRate(
  { M, K, N }: ProductSizes,
  milliseconds: number,
  now: () => number
): Promise<number> {
  const kernels = await instantiate(await compileSimd());
  const arena = new Arena(kernels);
  const [a, b, c] = [M * K, K * N, M * N].map((numbers) => arena.take(numbers));
  arena.settle();
  arena.floats(a, M * K).fill(0.5);
  arena.floats(b, K * N).fill(0.25);
  const once = () =>
    kernels.product(
      ...[M, N / PANEL, K],
      ...[a, 4 * K, 4],
      ...[b, 4 * PANEL, 4 * PANEL * K],
      ...[c, 4 * N, 4 * PANEL],
      ...[c, STORE]
    );
  const flops = 2 * M * K * N;
  const together = Math.ceil(2e7 / flops);
  const times = (count: number) => {
    for (let i = 0; i < count; i++) once();
  };
  times(10 * together);
  let done = 0;
  const from = now();
  for (; now() - from < milliseconds; done += together) times(together);
  return (flops * done) / (now() - from) / 1e6;
}
