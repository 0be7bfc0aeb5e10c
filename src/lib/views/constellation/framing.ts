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
  /** Shares of the half width and half height that are kept free at the edges. */
  readonly margin: Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;
}

type Vector = readonly [number, number, number];

/** Unit vectors of a camera that looks at the origin: to its right, up, and from the origin towards it. */
export function cameraAxes({ azimuth, elevation }: View): Record<'right' | 'up' | 'back', Vector> {
  const [sa, ca] = [Math.sin(azimuth), Math.cos(azimuth)];
  const [se, ce] = [Math.sin(elevation), Math.cos(elevation)];
  return { right: [ca, 0, -sa], up: [-sa * se, ce, -ca * se], back: [sa * ce, se, ca * ce] };
}

/** Where a camera stands: so far from a point that lies aside from the origin, along the camera's right and up. */
export interface Fit {
  readonly distance: number;
  readonly right: number;
  readonly up: number;
}

/** The nearest place from which every point (n, 3) is in the picture, margins kept free and the points in their middle. */
export function fitView(points: Float32Array, view: View, { fov, aspect, margin }: Frustum): Fit {
  const { right, up, back } = cameraAxes(view);
  const tan = Math.tan(fov / 2);
  const slopes = (scale: number, low: number, high: number) =>
    [scale * (1 - low), scale * (1 - high)] as const;
  const across = new AxisFit(points, right, back, slopes(tan * aspect, margin.left, margin.right));
  const upright = new AxisFit(points, up, back, slopes(tan, margin.bottom, margin.top));
  const distance = Math.max(across.distance, upright.distance);
  return { distance, right: across.middle(distance), up: upright.middle(distance) };
}

/**
 * Along one axis of the picture, a point is in it if −low · (distance − z) ≤ x − middle ≤ high · (distance − z): two
 * bounds of the middle for each point, of which the outermost on either side decide.
 */
class AxisFit {
  readonly #low: number;
  readonly #high: number;
  #most = -Infinity;
  #least = Infinity;

  constructor(
    points: Float32Array,
    axis: Vector,
    back: Vector,
    [low, high]: readonly [number, number]
  ) {
    [this.#low, this.#high] = [low, high];
    for (let i = 0; i < points.length; i += 3) {
      const x = along(points, i, axis);
      const z = along(points, i, back);
      this.#most = Math.max(this.#most, x + high * z);
      this.#least = Math.min(this.#least, x - low * z);
    }
  }

  get distance(): number {
    return (this.#most - this.#least) / (this.#low + this.#high);
  }

  middle(distance: number): number {
    return (this.#most - this.#high * distance + this.#least + this.#low * distance) / 2;
  }
}

function along(points: Float32Array, i: number, axis: Vector): number {
  return points[i] * axis[0] + points[i + 1] * axis[1] + points[i + 2] * axis[2];
}
