/** Errors of the engine. Each message reads `who: needs rule, got what`. */

/** Tensor shapes that an operation cannot take. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}

/** A device that cannot be opened, was lost, or computes wrongly. */
export class DeviceError extends Error {
  override name = 'DeviceError';
}
