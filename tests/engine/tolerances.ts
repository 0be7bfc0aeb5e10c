/** How close the cpu engine, f64, must come, and why not closer or farther. Relative errors are to the largest value. */
export const tolerances = {
  /**
   * Initial weights are gaussian draws: our log, cos and sin are within 0.51 ulp of the exact value, the C library
   * behind Python is within 0.55, so in about 2 of 1,000 calls the two round to different neighbours. Two such
   * functions make a draw.
   */
  initialUlps: 2,
  initialShare: 0.005,
  /** Sums in the order of the program, f64: 1e-13 is seen; a wrong term shows at 1e-3 and above. */
  gradient: 1e-9,
  /** Rounding grows along 1,000 steps of training: 1e-13 is seen. */
  loss: 1e-9,
  final: 1e-9
} as const;
