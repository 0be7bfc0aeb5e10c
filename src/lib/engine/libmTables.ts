import { addDD, dd, divideDD, multiplyDD, type DoubleDouble } from './doubleDouble';

/**
 * The constants of libm.ts: facts of the methods that it follows. What can be computed is computed; what a search or a
 * fit found is written out, to the last bit: the polynomials, and the 128 reciprocals of log, as published with Arm
 * Optimized Routines (MIT) and, for sin and cos, with the IBM Accurate Mathematical Library.
 */

/** ln 2 in two parts, and the polynomial ln (1 + r) − r = A₀r² + A₁r³ + …, |r| ≤ 2^−8. */
export const LOG = {
  LN2_HI: 0.6931471805598903,
  LN2_LO: 5.497923018708371e-14,
  A: [
    -0.5000000000000001, 0.33333333331825593, -0.2499999999622955, 0.20000304511814496,
    -0.16667054827627667
  ]
} as const;

/** The polynomial ln (1 + r) − r = B₀r² + B₁r³ + …, |r| ≤ 2^−4. */
export const LOG_NEAR_1 = [
  -0.5, 0.3333333333333352, -0.24999999999998432, 0.19999999999320328, -0.16666666669929706,
  0.14285715076560868, -0.12499997863982555, 0.11110712032936046, -0.10000486757818193,
  0.09181994006195467, -0.08328363062289341
] as const;

/**
 * log's reciprocals are not quite those of the middles of its 128 parts: among the 2³⁰ doubles around each, one was
 * searched for whose logarithm is nearly a multiple of 2^−43. This is how many doubles away it was found.
 */
// prettier-ignore
const FOUND_AT = [
  -23142382, -57643754, -234334839, -124664804, 19045012, -123323398, -501163255, 342479926,
  -234593306, 57421184, 513617488, -240891478, 85169741, 28659150, 284053799, 342563057,
  -68420459, -346144712, -90113766, -464022980, 285342708, -489548825, 376054848, 47397812,
  -423637851, -260988534, 336107021, 448241578, 154177355, 447893384, 241227555, -420636714,
  -218426730, -96876684, -205835218, -368178198, -345128710, -510284502, 481763731, 209336112,
  429336310, 15489329, 442353177, -417834330, 73183371, 515232680, 507984536, 83787275,
  330409952, 151596684, 377744204, 198302857, 214798271, -345957716, 356163107, 215510022,
  -229897960, -131709726, 215213618, -464519207, -332821996, 385780520, -400344786, 256208139,
  478356527, 345720337, 128466877, 217515751, -162048343, 295127580, -235892775, -69369347,
  93666841, -272860130, 91915174, 29018059, 258893229, 386009280, -241633007, 68399381,
  386341370, 408940642, 65060217, -120872168, 189498853, -32395328, -49955913, 154042178,
  -346113480, 148348366, -396488327, -427431396, 107119491, -500798201, 212184347, 305888811,
  -330297730, -91422864, 6707636, 273897542, -512931067, -500150233, 485589437, -280752730,
  106848032, 30953893, -291342514, -408884927, 149302919, -107851081, 225432558, 460497078,
  -452391632, -490679353, 508304210, 493208081, 336502878, 526975298, -457361038, -312310462,
  -365194252, -421357131, 362015322, 310793228, -441535439, -69145545, -528727990, 433364383
];

/** 1/c for the middle c of each part: 80 parts of 1/256 from 0.6875 to 1, 48 of 1/128 from there to 1.375. */
export const RECIPROCALS = Float64Array.from(FOUND_AT, (doubles, i) => {
  const middle = i < 80 ? 0.6875 + (i + 0.5) / 256 : 1 + (i - 79.5) / 128;
  return 1 / middle + doubles * (middle < 1 ? 2 ** -52 : 2 ** -53);
});

/** ln c for each part: a multiple of 2^−43 to within 2^−66, so that rounding to one repairs a plain sum's error. */
export const LOG_C = RECIPROCALS.map(
  (reciprocal) => -Math.round(ln(reciprocal) * 2 ** 43) / 2 ** 43
);

/** ln x near 1 = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), within a few ulps. */
function ln(x: number): number {
  const s = (x - 1) / (x + 1);
  let sum = 0;
  for (let k = 31; k >= 1; k -= 2) sum = sum * s * s + 1 / k;
  return 2 * s * sum;
}

/** The polynomials of sin and cos about a multiple of 1/128, sin's about 0, and the table. */
export const SINES = {
  S3: -0.16666666666666488,
  S5: 0.008333332142857223,
  C4: -0.04166666666666644,
  C6: 0.001388888740079376,
  TAYLOR: [
    -0.16666666666666666, 0.008333333333332329, -0.00019841269834414642, 2.755729806860771e-6,
    -2.5022014848318398e-8
  ],
  /** sin k/128 and cos k/128 at [4k] and [4k + 2], each with what the double leaves out in the place after it. */
  TABLE: Float64Array.from({ length: 4 * 111 }, (_, i) => {
    const { hi, lo } = taylor(Math.floor(i / 4) / 128, i & 2 ? 'cos' : 'sin');
    return i & 1 ? lo : hi;
  })
} as const;

/** sin x or cos x for |x| < 1, to about 100 bits: 1 − x²/(k (k + 1)) (1 − …), from the smallest term up. */
function taylor(x: number, of: 'sin' | 'cos'): DoubleDouble {
  const square = multiplyDD(dd(x), dd(-x));
  let sum = dd(1);
  for (let k = of === 'sin' ? 30 : 29; k >= 1; k -= 2) {
    sum = addDD(dd(1), multiplyDD(divideDD(square, dd(k * (k + 1))), sum));
  }
  return of === 'sin' ? multiplyDD(dd(x), sum) : sum;
}
