import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '$lib/engine/random';
import recorded from '../reference/random.json';

describe.each(recorded.cases)('seed $seed', (python) => {
  const seed = BigInt(python.seed);

  test('random', () => {
    const random = new Random(seed);
    const uniform = Array.from({ length: 2000 }, () => random.random());
    expect(uniform.filter((_, i) => i % 100 === 0)).toEqual(python.uniform);
  });

  test('gauss', () => {
    const random = new Random(seed);
    expect(python.gauss.map(() => random.gauss(0, 1))).toEqual(python.gauss);
  });

  test('gauss with a mean and a deviation', () => {
    const [random, standard] = [new Random(seed), new Random(seed)];
    for (let i = 0; i < 5; i++) {
      expect(random.gauss(-2, 0.08)).toBe(-2 + standard.gauss(0, 1) * 0.08);
    }
  });

  test.each(python.shuffled.map((items) => [items.length - 1, items] as const))(
    'shuffle of %i, and the number after it',
    (length, needed) => {
      const random = new Random(seed);
      const items = Array.from({ length }, (_, i) => i);
      random.shuffle(items);
      expect([...items, random.random()]).toEqual(needed);
    }
  );

  test.each(recorded.weights.map((weights, i) => [weights, python.chosen[i]] as const))(
    'choices with weights %j',
    (weights, needed) => {
      const random = new Random(seed);
      expect(needed.map(() => random.choice(weights))).toEqual(needed);
    }
  );
});

describe('seeds', () => {
  test.each([0, 1, 42, 2 ** 32 - 1, 2 ** 40 + 7])(
    '%i gives the same as number or bigint, negative or positive',
    (seed) => {
      const needed = new Random(seed).random();
      for (const same of [BigInt(seed), -seed, -BigInt(seed)]) {
        expect(new Random(same).random()).toBe(needed);
      }
    }
  );

  test('neighbours differ, also above 2³²', () => {
    const firsts = [0n, 1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 64n].map((s) =>
      new Random(s).random()
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

describe('clone', () => {
  const take = (random: Random) => [random.gauss(0, 1), random.random(), random.choice([1, 2, 3])];

  test('continues with the same numbers, the second gauss of a pair included', () => {
    const random = new Random(7);
    random.gauss(0, 1);
    const copy = random.clone();
    expect(take(copy)).toEqual(take(random));
  });

  test('and its original do not move each other', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(1300), fc.nat(700), (seed, before, between) => {
        const random = new Random(seed);
        for (let i = 0; i < before; i++) random.random();
        const copy = random.clone();
        for (let i = 0; i < between; i++) copy.random();
        const undisturbed = new Random(seed);
        for (let i = 0; i < before; i++) undisturbed.random();
        expect(take(random)).toEqual(take(undisturbed));
      }),
      { numRuns: 30 }
    );
  });
});

test('shuffle keeps every item, whatever their number', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.array(fc.nat()), (seed, items) => {
      const shuffled = [...items];
      new Random(seed).shuffle(shuffled);
      expect(shuffled.sort()).toEqual([...items].sort());
    })
  );
});
