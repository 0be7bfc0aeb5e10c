/**
 * How close the cpu engine, f64, must come, and why not closer or farther. Relative errors are to the largest value.
 * Tokens, initial weights and samples are not here: they are the same to the last bit.
 */
export const tolerances = {
  /** The same sums in nearly the same order; a wrong term shows at 1e-3 and above. Seen: 3e-13. */
  gradient: 1e-9,
  /** Rounding grows along 1,000 steps of training. Seen: 2e-13. */
  loss: 1e-9,
  /** As the losses; Adam divides by the size of the gradient, however small, and its rounding. Seen: 2e-11. */
  final: 1e-9,
  /**
   * Backward loops against central differences with step h: the difference itself is wrong by about h² of the third
   * derivative and by rounding / h. PyTorch's gradcheck allows atol 1e-5 and rtol 1e-3.
   */
  difference: { h: 1e-6, atol: 1e-8, rtol: 1e-6 }
} as const;
