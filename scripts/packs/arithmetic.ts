import { spread } from './spread';

type Operands = readonly [a: number, b: number];

const small = range(1, 9);
const wide = range(1, 19);

/** 20 sums without a carry, 20 with one, 20 differences that are not negative. */
export function arithmetic(): string[] {
  const plain = pairs(wide, small).filter((pair) => !carries(pair));
  const carrying = pairs(small, small).filter(carries);
  const differences = pairs(wide, small).filter(([a, b]) => a >= b);
  return [
    ...spread(plain, 20).map(([a, b]) => `${a}+${b}=${a + b}`),
    ...spread(carrying, 20).map(([a, b]) => `${a}+${b}=${a + b}`),
    ...spread(differences, 20).map(([a, b]) => `${a}-${b}=${a - b}`)
  ];
}

/** Whether the ones of a sum, b of one digit, make a ten. */
function carries([a, b]: Operands): boolean {
  return (a % 10) + b >= 10;
}

function pairs(left: readonly number[], right: readonly number[]): Operands[] {
  return left.flatMap((a) => right.map((b): Operands => [a, b]));
}

/** The whole numbers from first to last. */
function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
