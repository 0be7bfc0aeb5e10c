import type { Kernel } from '../../engine/ops/operation';

/** A kernel as its operation writes it, after a line on its threads and tensors. */
export function kernelText({ threads, reads, writes, body }: Kernel): string {
  const loops = threads.map(threadText);
  const each = loops.length > 0 ? `one thread for each ${loops.join(', ')}` : 'one thread';
  return `// ${each}\n// reads ${reads.join(', ')}; writes ${writes}\n${body.trim()}`;
}

/** A loop variable of the threads and its bound: `t < T`, or `t < T by 4` where a thread takes four. */
export function threadText([variable, bound, step = 1]: Kernel['threads'][number]): string {
  return `${variable} < ${bound}${step > 1 ? ` by ${step}` : ''}`;
}
