import type { OpenPeer } from './peer';

// The library's own types are there only once the benchmark has installed it.
export const openJax: OpenPeer;
