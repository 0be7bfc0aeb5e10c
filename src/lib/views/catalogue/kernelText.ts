import type { Kernel } from '../../engine/ops/operation';

/** A kernel as its operation writes it, after a line on its threads and tensors. */
export function kernelText({ threads, reads, writes, body }: Kernel): string {
  const loops = threads.map(([variable, bound]) => `${variable} < ${bound}`);
  const each = loops.length > 0 ? `one thread for each ${loops.join(', ')}` : 'one thread';
  return `// ${each}\n// reads ${reads.join(', ')}; writes ${writes}\n${body.trim()}`;
}
