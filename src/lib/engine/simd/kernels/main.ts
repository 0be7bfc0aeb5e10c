/** All that the module exports. */
export * from './attention';
export * from './product';
export * from './rows';
export * from './step';

/** The first address that is free for tensors. */
export function firstFree(): usize {
  return (__heap_base + 63) & ~63;
}
