import { PerspectiveCamera, Vector3 } from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { cameraAxes, fitView, type Frustum, type View } from './framing';
import type { Arrangement } from './modes';

/** Degrees. */
const FOV = 28;

/** Pixels that are kept free for labels: rows have their names at the left, planes have none. */
const rooms = {
  reading: { left: 76, right: 26, top: 34, bottom: 30 },
  residual: { left: 18, right: 18, top: 14, bottom: 24 }
} as const;

/** How the scene is first seen. */
const views: Record<Arrangement, View> = {
  reading: { azimuth: -0.16, elevation: 0.16 },
  residual: { azimuth: -0.25, elevation: 0.3 }
};

/** A camera that the reader turns about the middle of the scene, and that finds back to where all is in the picture. */
export class OrbitCamera {
  readonly camera = new PerspectiveCamera(FOV);
  readonly controls: OrbitControls;
  #points: Float32Array = new Float32Array(0);
  #size = { width: 1, height: 1 };
  #arrangement: Arrangement = 'reading';
  /** Whether the reader has turned it: it then stays where it is. */
  #isMoved = false;

  constructor(element: HTMLElement, changed: () => void) {
    this.controls = new OrbitControls(this.camera, element);
    this.controls.enablePan = false;
    this.controls.enableDamping = false;
    // Up and down scrolls the page, where there is something to scroll.
    element.style.touchAction = 'pan-y';
    element.addEventListener('wheel', this.#guardWheel, { capture: true, passive: true });
    this.controls.addEventListener('change', changed);
    this.controls.addEventListener('start', () => (this.#isMoved = true));
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    if (!this.#isMoved && this.#points.length > 0) this.fit();
  }

  /** Tells what must be in the picture, (n, 3) points, and how it is first looked at. */
  aim(points: Float32Array, arrangement: Arrangement): void {
    const isNew = arrangement !== this.#arrangement || this.#points.length === 0;
    this.#points = points;
    this.#arrangement = arrangement;
    if (isNew) this.fit();
  }

  /** Sees everything, from the front. */
  fit(): void {
    const { aspect } = this.camera;
    const view = views[this.#arrangement];
    const frustum = {
      fov: (this.camera.fov * Math.PI) / 180,
      aspect,
      margin: marginOf(rooms[this.#arrangement], this.#size)
    };
    const { distance, right, up } = fitView(this.#points, view, frustum);
    const axes = cameraAxes(view);
    const { target } = this.controls;
    target.set(0, 0, 0).addScaledVector(new Vector3(...axes.right), right);
    target.addScaledVector(new Vector3(...axes.up), up);
    this.#stand(axes.back, distance);
    this.controls.minDistance = distance / 4;
    this.controls.maxDistance = distance * 2;
    this.controls.update();
    this.#isMoved = false;
  }

  /** Turns about the middle, in radians. */
  turn(azimuth: number, elevation: number): void {
    const { x, y, z } = this.#offset();
    const distance = Math.hypot(x, y, z);
    const up = Math.asin(y / distance) + elevation;
    const view = {
      azimuth: Math.atan2(x, z) + azimuth,
      elevation: Math.min(Math.max(up, -1.5), 1.5)
    };
    this.#stand(cameraAxes(view).back, distance);
    this.#place();
  }

  /** Goes nearer (factor < 1) or away. */
  zoom(factor: number): void {
    const { minDistance, maxDistance } = this.controls;
    const offset = this.#offset();
    const distance = Math.min(Math.max(offset.length() * factor, minDistance), maxDistance);
    this.#stand(offset.normalize().toArray(), distance);
    this.#place();
  }

  dispose(): void {
    this.controls.domElement!.removeEventListener('wheel', this.#guardWheel, { capture: true });
    this.controls.dispose();
  }

  /** From the middle to the camera. */
  #offset(): Vector3 {
    return this.camera.position.clone().sub(this.controls.target);
  }

  #stand(back: readonly [number, number, number], distance: number): void {
    const { target } = this.controls;
    this.camera.position.copy(target).addScaledVector(new Vector3(...back), distance);
  }

  #place(): void {
    this.#isMoved = true;
    this.controls.update();
  }

  /** The wheel belongs to the page, unless the reader works in the scene or holds Ctrl. */
  #guardWheel = (event: Event): void => {
    const host = event.currentTarget as HTMLElement;
    const { ctrlKey, metaKey } = event as WheelEvent;
    if (!ctrlKey && !metaKey && !host.contains(document.activeElement)) {
      event.stopImmediatePropagation();
    }
  };
}

/** Room as a share of half the picture; a small picture keeps most of itself. */
function marginOf(
  { left, right, top, bottom }: Frustum['margin'],
  { width, height }: { width: number; height: number }
): Frustum['margin'] {
  const share = (room: number, size: number) => Math.min((2 * room) / size, 0.4);
  return {
    left: share(left, width),
    right: share(right, width),
    top: share(top, height),
    bottom: share(bottom, height)
  };
}
