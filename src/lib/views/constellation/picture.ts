import { RMSNORM_EPSILON } from '../../engine/ops/rmsnorm';
import type { Inspection } from '../../run/protocol';
import type { AttentionFrame, RecordedFrame } from '../../run/snapshot';
import { formatToken } from '../format';
import type { EdgeAmounts } from './arcs';
import type { Edges } from './edges';
import { starGlow } from './glow';
import { readingStars, residualStars, type Stars } from './layout';
import { amountsOf, residualStream, type Arrangement, type Mode } from './modes';
import { projectRows, type Projection } from './pca';

/** A frame with its attention. */
export type WatchedFrame = RecordedFrame & { readonly attention: AttentionFrame };

/** All that belongs to one step, in one mode: what is drawn, and the numbers that it is drawn from. */
export interface Picture {
  readonly mode: Mode;
  readonly arrangement: Arrangement;
  readonly frame: WatchedFrame;
  readonly edges: Edges;
  readonly amounts: EdgeAmounts;
  readonly glow: Float32Array;
  /** Of the residual stream, where the stars sit at it. */
  readonly projection: Projection | null;
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
}

export interface PictureRequest {
  readonly mode: Mode;
  readonly arrangement: Arrangement;
  readonly frame: WatchedFrame;
  /** Must hold what `inspectionNeeds` asks for. */
  readonly inspection: Inspection | null;
  readonly vocabulary: readonly string[];
  /** The projection shown before, to which the next is turned. */
  readonly earlier: Projection | null;
}

export function buildPicture(request: PictureRequest): Picture {
  const { mode, arrangement, frame, inspection, vocabulary, earlier } = request;
  const edges = mode.edges(frame.attention, inspection!);
  const token = (id: number) => formatToken(vocabulary[id] ?? '?');
  return {
    mode,
    arrangement,
    frame,
    edges,
    amounts: { ...edges, amounts: amountsOf(mode.scale, edges) },
    glow: starGlow(frame),
    projection:
      arrangement === 'residual' ? projectStream(inspection!, edges.n_layer, earlier?.axes) : null,
    inputs: frame.tokens.map(({ input }) => token(input)),
    targets: frame.tokens.map(({ target }) => token(target))
  };
}

/** The stars of a picture for a panel of an aspect. */
export function pictureStars({ projection, edges }: Picture, aspect: number): Stars {
  return projection
    ? residualStars(projection.points, edges.T, aspect)
    : readingStars(edges.T, edges.n_layer, aspect);
}

/**
 * One projection for the residual stream at every level: (L + 1) · T rows. Each is first brought to the size that the
 * next layer's rmsnorm brings it to, or the stream, which grows from layer to layer, would leave the lowest level a dot.
 */
function projectStream(inspection: Inspection, n_layer: number, earlier?: Float64Array) {
  const names = residualStream(n_layer);
  const C = inspection.shapes.emb_norm[1];
  const rows = new Float64Array(names.length * inspection.T * C);
  names.forEach((name, level) => rows.set(inspection.values[name], level * inspection.T * C));
  for (let at = 0; at < rows.length; at += C) normalize(rows.subarray(at, at + C));
  return projectRows(rows, C, earlier);
}

/** As the operation rmsnorm does. */
function normalize(x: Float64Array): void {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += x[i] * x[i];
  const scale = 1 / Math.sqrt(squares / x.length + RMSNORM_EPSILON);
  for (let i = 0; i < x.length; i++) x[i] *= scale;
}
