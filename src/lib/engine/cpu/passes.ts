import { sizeOf } from '../measure';
import type { PlacedSeed } from '../seed';
import type { CpuTensors } from './tensors';

/** Called when a node's loops have run, with its index. */
type AfterNode = (n: number) => void;

/** Runs every node's forward loops, in the program's order, over the batch that was placed. */
export function runForward({ nodes }: CpuTensors, after: AfterNode = () => {}): void {
  for (let n = 0; n < nodes.length; n++) {
    const { node, tensors, dims } = nodes[n];
    node.operation.forward(tensors, dims);
    after(n);
  }
}

/** Sets every gradient to 0 and the seed's to 1, and runs the backward loops from the seed's node to the first. */
export function runBackward(
  tensors: CpuTensors,
  seed: PlacedSeed,
  after: AfterNode = () => {}
): void {
  const { nodes, gradients, valueGradients } = tensors;
  gradients.fill(0);
  for (const { node } of nodes) {
    valueGradients.get(node.name)!.fill(0, 0, sizeOf(tensors.shape(node.name)));
  }
  valueGradients.get(seed.tensor)![seed.index] = 1;
  for (let n = seed.node; n >= 0; n--) {
    const { node, tensors, dims } = nodes[n];
    node.operation.backward(tensors, dims);
    after(n);
  }
}
