/** What is said of speed: a part of the glossary. */
export const speedTerms = {
  flop: {
    term: 'FLOP',
    also: 'kFLOP, MFLOP, GFLOP',
    says: 'A floating-point operation: one addition or one multiplication. A step’s are counted from its sizes, forward and backward; k, M and G stand for a thousand, a million and a billion.'
  },
  workload: {
    term: 'workload',
    also: 'W1, W2, W3',
    says: 'A step of fixed sizes, from fixed weights on fixed documents, so that whoever trains it does the same work and times can be compared.'
  },
  softwareAdapter: {
    term: 'software adapter',
    says: 'A GPU that a program on the CPU plays, where a browser has no real one. It computes the same, much more slowly.'
  },
  worker: {
    term: 'worker',
    says: 'A thread of its own beside the page. Documents of a batch can be shared out among as many as the device has cores; their gradients are added in a fixed order.'
  },
  firstStep: {
    term: 'first step',
    says: 'Time from nothing to the first step done: opening the device, compiling kernels, and that step. Code is loaded before.'
  }
} as const;
