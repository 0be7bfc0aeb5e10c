/** All that the module exports: each operation's loops, for tracing, and the fused step, for training. */
export * from './ops/add';
export * from './ops/attention_mix';
export * from './ops/attention_scores';
export * from './ops/causal_mask';
export * from './ops/cross_entropy';
export * from './ops/embedding';
export * from './ops/linear';
export * from './ops/mean';
export * from './ops/relu';
export * from './ops/relu2';
export * from './ops/rmsnorm';
export * from './ops/softmax';

export { layAttention } from './attention';
export { product } from './product';
export { accumulate, adam, total } from './rows';
export { run } from './step';
export { expOf, logOf } from './vector';

/** The first address that is free for tensors. */
export function firstFree(): usize {
  return (__heap_base + 63) & ~63;
}
