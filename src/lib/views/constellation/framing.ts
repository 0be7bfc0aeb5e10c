/** From where the scene is seen: angles in radians about its centre. */
export interface View {
  /** To the right of the front. */
  readonly azimuth: number;
  /** Above the horizon. */
  readonly elevation: number;
}

export interface Frustum {
  /** Vertical angle of view, in radians. */
  readonly fov: number;
  readonly aspect: number;
  /** Share of each half of the picture that is kept free at the edges. */
  readonly margin: readonly [x: number, y: number];
}

type Vector = readonly [number, number, number];

/** Unit vectors of a camera that looks at the origin: to its right, up, and from the origin towards it. */
export function cameraAxes({ azimuth, elevation }: View): Record<'right' | 'up' | 'back', Vector> {
  const [sa, ca] = [Math.sin(azimuth), Math.cos(azimuth)];
  const [se, ce] = [Math.sin(elevation), Math.cos(elevation)];
  return { right: [ca, 0, -sa], up: [-sa * se, ce, -ca * se], back: [sa * ce, se, ca * ce] };
}

/** Least distance from the origin at which every point (n, 3) is in the picture, margins kept free. */
export function fitDistance(points: Float32Array, view: View, frustum: Frustum): number {
  const { right, up, back } = cameraAxes(view);
  const tanY = Math.tan(frustum.fov / 2);
  const slopeY = tanY * (1 - frustum.margin[1]);
  const slopeX = tanY * frustum.aspect * (1 - frustum.margin[0]);
  let distance = 0;
  for (let i = 0; i < points.length; i += 3) {
    const depth = along(points, i, back);
    const x = Math.abs(along(points, i, right)) / slopeX;
    const y = Math.abs(along(points, i, up)) / slopeY;
    distance = Math.max(distance, depth + Math.max(x, y));
  }
  return distance;
}

function along(points: Float32Array, i: number, axis: Vector): number {
  return points[i] * axis[0] + points[i + 1] * axis[1] + points[i + 2] * axis[2];
}
