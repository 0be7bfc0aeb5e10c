import { Matrix4, Scene, WebGLRenderer } from 'three';
import { arcCapacity, writeArcs } from './arcs';
import { OrbitCamera } from './camera';
import { Fence } from './fence';
import { FrameLoop } from './frameLoop';
import { writeStars } from './glow';
import { LabelCanvas } from './labelCanvas';
import { headLanes, planeOutline, readingOutline, type Stars } from './layout';
import { nearestArc, nearestPoint, projectPoints, type Screen } from './picking';
import { pictureStars, type Picture } from './picture';
import { composePng } from './png';
import { Ribbons } from './ribbons';
import { headTint, type SceneColors } from './sceneColors';
import { emptyStyle, type SceneStyle } from './sceneStyle';
import { starLabels, type LabelColors } from './starLabels';
import { StarMesh } from './starMesh';
import { threadCapacity, writeThreads } from './threads';
import { Transition } from './transition';

export interface SceneHooks {
  /** The WebGL context was lost, or has come back. */
  readonly contextChanged: (isLost: boolean) => void;
}

export type Picked = { readonly token: number } | { readonly edge: number };

/** Most device pixels for a CSS pixel. */
const MOST_PIXELS = 2;

/** Nearness in which the pointer finds a star, and an arc. */
const REACH = { star: 14, arc: 6 } as const;

/** The constellation as three.js draws it: three draw calls, and a frame only when something has changed. */
export class ConstellationScene {
  readonly renderer: WebGLRenderer;
  readonly arcs = new Ribbons({ taper: 0.6, halo: 2.2, isStraight: false });
  readonly threads = new Ribbons({ taper: 0, halo: 0, isStraight: true });
  readonly stars = new StarMesh();
  readonly labels = new LabelCanvas();
  /** Frames drawn. */
  frames = 0;
  readonly #host: HTMLElement;
  readonly #hooks: SceneHooks;
  readonly #scene = new Scene();
  readonly #orbit: OrbitCamera;
  readonly #transition = new Transition();
  readonly #observer = new ResizeObserver(() => this.resize());
  readonly #fence: Fence;
  readonly #loop: FrameLoop;
  #picture: Picture | null = null;
  #style = emptyStyle;
  #colors: SceneColors | null = null;
  #labelColors: LabelColors | null = null;
  #surface = '';
  #projected = new Float32Array(0);
  #lanes: Float32Array = new Float32Array(0);
  readonly #matrix = new Matrix4();
  #size = { width: 1, height: 1 };
  /** Whether stars and arcs are in their buffers: a camera that turns changes none of them. */
  #isWritten = false;

  /** Throws if there is no WebGL. The canvases become children of `host`. */
  constructor(host: HTMLElement, hooks: SceneHooks) {
    this.#host = host;
    this.#hooks = hooks;
    this.renderer = new WebGLRenderer({ antialias: false, alpha: false });
    this.#fence = new Fence(this.renderer.getContext() as WebGL2RenderingContext);
    this.#loop = new FrameLoop(host, {
      isReady: (isUrgent) => this.#fence.isReady(isUrgent),
      render: (elapsed) => this.#render(elapsed),
      isResting: () => this.#transition.isResting
    });
    this.#orbit = new OrbitCamera(host, () => this.#loop.hurry());
    this.#scene.add(this.threads.mesh, this.arcs.mesh, this.stars.mesh);
    [this.threads.mesh, this.arcs.mesh, this.stars.mesh].forEach(
      (mesh, i) => (mesh.renderOrder = i)
    );
    host.append(...[this.renderer.domElement, this.labels.canvas].map(asLayer));
    this.renderer.domElement.addEventListener('webglcontextlost', this.#lost);
    this.renderer.domElement.addEventListener('webglcontextrestored', this.#restored);
    this.#observer.observe(host);
    this.resize();
  }

  /** Shows a picture; `smooth` lets it come out of the one before. */
  show(picture: Picture, smooth: boolean): void {
    const { n_layer, n_head, T } = picture.edges;
    this.#picture = picture;
    this.arcs.reserve(arcCapacity(n_layer, n_head, T));
    this.threads.reserve(threadCapacity(n_layer + 1, T));
    this.stars.reserve((n_layer + 1) * T);
    this.arcs.taper = picture.mode.id === 'gradient' ? -1 : 1;
    this.#paint();
    this.#aim(smooth);
    this.#loop.draw();
  }

  /** Changes what is seen of the picture. */
  restyle(style: SceneStyle): void {
    this.#style = style;
    this.#isWritten = false;
    this.#loop.hurry();
  }

  setColors(colors: SceneColors, labels: LabelColors, surface: string): void {
    this.#colors = colors;
    this.#labelColors = labels;
    this.#surface = surface;
    this.renderer.setClearColor(surface);
    this.threads.setColors([colors.quiet], colors.surface, colors.isLuminous);
    this.stars.setColors(colors);
    this.#paint();
    this.#loop.draw();
  }

  fit(): void {
    this.#orbit.fit();
    this.#loop.hurry();
  }

  turn(azimuth: number, elevation: number): void {
    this.#orbit.turn(azimuth, elevation);
    this.#loop.hurry();
  }

  zoom(factor: number): void {
    this.#orbit.zoom(factor);
    this.#loop.hurry();
  }

  /** What is at a point of the host, in CSS pixels: a star first, or an arc. */
  pick(x: number, y: number): Picked | null {
    const star = nearestPoint(this.#projected, x, y, REACH.star);
    if (star !== null) return { token: star % (this.#picture?.edges.T ?? 1) };
    const edge = nearestArc(this.arcs.buffer, this.#screen(), x, y, REACH.arc);
    return edge === null ? null : { edge };
  }

  /** The picture as it stands, labels and a caption included. */
  async png(caption: string): Promise<Blob | null> {
    if (!this.#labelColors) return null;
    this.#render(0);
    const { quiet: ink, text: font } = this.#labelColors;
    const ratio = this.renderer.getPixelRatio();
    const look = { surface: this.#surface, ink, font, ratio };
    return composePng([this.renderer.domElement, this.labels.canvas], caption, look);
  }

  /** Follows the size of its host. */
  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width === 0 || height === 0) return;
    const ratio = Math.min(devicePixelRatio, MOST_PIXELS);
    this.#size = { width, height };
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    const { width: w, height: h } = this.renderer.domElement;
    this.labels.resize(w, h);
    for (const part of [this.arcs, this.threads, this.stars]) part.setPixels(w, h, ratio);
    this.#aim(false);
    this.#orbit.resize(width, height);
    // A new size clears the canvas: what was there must come back within this task.
    this.#render(0);
  }

  /** Gives back everything that it made. */
  dispose(): void {
    this.#loop.end();
    this.#observer.disconnect();
    this.#orbit.dispose();
    this.#fence.clear();
    for (const part of [this.arcs, this.threads, this.stars]) part.dispose();
    this.renderer.domElement.removeEventListener('webglcontextlost', this.#lost);
    this.renderer.domElement.removeEventListener('webglcontextrestored', this.#restored);
    this.renderer.dispose();
    this.renderer.forceContextLoss();
    this.renderer.domElement.remove();
    this.labels.canvas.remove();
  }

  #aim(smooth: boolean): void {
    const picture = this.#picture;
    if (!picture) return;
    const aspect = this.#size.width / this.#size.height;
    const stars = pictureStars(picture, aspect);
    const isReading = picture.arrangement === 'reading';
    const outline = isReading ? readingOutline(aspect) : planeOutline(aspect);
    this.#orbit.aim(outline, picture.arrangement);
    this.#lanes = headLanes(picture.edges.n_head, stars.spacing);
    this.#transition.aim(stars, picture.amounts, smooth);
    this.#isWritten = false;
  }

  #render(elapsed: number): void {
    const { renderer } = this;
    const isMoving = !this.#transition.isResting;
    this.#transition.advance(elapsed);
    const { stars, edges } = this.#transition;
    if (!stars || !edges || !this.#picture || !this.#colors) return;
    if (isMoving || !this.#isWritten) this.#write(stars);
    this.#isWritten = true;
    renderer.render(this.#scene, this.#orbit.camera);
    this.#label(stars);
    this.#fence.set();
    this.frames += 1;
  }

  #write(stars: Stars): void {
    const { arcs, threads } = this;
    const { mode, glow } = this.#picture!;
    const { threshold, filter, pin, focused } = this.#style;
    const style = { threshold, filter, pin, signed: mode.signed, lanes: this.#lanes };
    writeArcs(arcs.buffer, stars, this.#transition.edges!, style);
    writeThreads(threads.buffer, stars, pin);
    writeStars(this.stars.instances, stars, { glow, pinned: pin.token, focused });
    arcs.update();
    threads.update();
    this.stars.update(stars.levels * stars.T);
  }

  #label(stars: Stars): void {
    const { arrangement, inputs, targets } = this.#picture!;
    if (this.#projected.length !== stars.positions.length) {
      this.#projected = new Float32Array(stars.positions.length);
    }
    projectPoints(stars.positions, this.#screen(), this.#projected);
    const { T, levels } = stars;
    const texts = { T, levels, inputs, targets, arrangement, pin: this.#style.pin };
    const labels = starLabels(texts, this.#projected, this.#labelColors!);
    this.labels.draw(labels, this.#surface, this.#size.width, this.#size.height);
  }

  /** Gives the arcs their colours: those of the heads depend on how many there are. */
  #paint(): void {
    const [colors, picture] = [this.#colors, this.#picture];
    if (!colors || !picture) return;
    const { n_head } = picture.edges;
    const tints = colors.tints.map((tint, i) =>
      i < n_head ? colors.tints[headTint(i, n_head)] : tint
    );
    this.arcs.setColors(tints, colors.surface, colors.isLuminous);
  }

  #screen(): Screen {
    const { camera } = this.#orbit;
    camera.updateMatrixWorld();
    this.#matrix.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    return { matrix: this.#matrix.elements, ...this.#size };
  }

  #lost = (event: Event): void => {
    // Only then does the browser bring it back.
    event.preventDefault();
    this.#hooks.contextChanged(true);
  };

  #restored = (): void => {
    // The one thing that three.js does not set again.
    this.renderer.setClearColor(this.#surface);
    // What the lost context was asked for will never be done.
    this.#fence.clear();
    this.#hooks.contextChanged(false);
    this.#loop.draw();
  };
}

/** A canvas that fills its host and is seen only. */
function asLayer(canvas: HTMLCanvasElement): HTMLCanvasElement {
  canvas.setAttribute('aria-hidden', 'true');
  canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none';
  return canvas;
}
