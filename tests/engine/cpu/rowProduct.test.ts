import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowProduct } from '../../../src/lib/engine/cpu/rowProduct';
import { linear } from '../../../src/lib/engine/ops/linear';
import { Random } from '../../../src/lib/engine/random';

test('is linear of one row, to the last bit, whatever the sizes', () => {
  const size = fc.integer({ min: 1, max: 21 });
  fc.assert(
    fc.property(size, size, fc.nat(), (n_in, n_out, seed) => {
      const random = new Random(BigInt(seed));
      const drawn = (count: number) =>
        Float64Array.from({ length: count }, () => random.gauss(0, 1));
      const inputs = { x: drawn(n_in), w: drawn(n_out * n_in) };
      const [y, expected] = [new Float64Array(n_out), new Float64Array(n_out)];
      rowProduct({ ...inputs, y }, { n_in, n_out });
      linear.forward({ ...inputs, y: expected }, { T: 1, n_in, n_out });
      expect(y).toEqual(expected);
    })
  );
});
