import {
  BufferAttribute,
  CustomBlending,
  DoubleSide,
  DynamicDrawUsage,
  InstancedBufferGeometry,
  InstancedInterleavedBuffer,
  InterleavedBufferAttribute,
  Mesh,
  MaxEquation,
  NoBlending,
  ShaderMaterial,
  Vector2,
  Vector3
} from 'three';
import { ARC_STRIDE, arcBuffer, type ArcBuffer } from './arcs';
import type { Color } from './sceneColors';

/** Pieces of a ribbon along its curve, where there are up to so many ribbons: the more there are, the thinner they are. */
const finenesses = [
  { upTo: 600, pieces: 32 },
  { upTo: 3000, pieces: 16 },
  { upTo: Infinity, pieces: 8 }
] as const;

const vertexShader = /* glsl */ `
in vec3 p0, p1, p2, p3;
in vec4 style;
uniform vec2 pixels;
uniform float pixelRatio, taper, halo;
uniform vec3 tints[10];
out vec3 tint;
out float across, halfWidth, brightness, spread, order;

void main() {
  float u = position.x, v = 1.0 - u;
  vec3 point = v*v*v*p0 + 3.0*v*v*u*p1 + 3.0*v*u*u*p2 + u*u*u*p3;
  vec3 way = v*v*(p1 - p0) + 2.0*v*u*(p2 - p1) + u*u*(p3 - p2);
  // From right to left: a matrix times a matrix, for every vertex, would be four times the work.
  vec4 here = projectionMatrix * (viewMatrix * vec4(point, 1.0));
  vec4 ahead = projectionMatrix * (viewMatrix * vec4(point + way * 0.02, 1.0));
  vec2 step2 = (ahead.xy / ahead.w - here.xy / here.w) * pixels;
  float size = length(step2);
  vec2 normal = size > 0.0 ? vec2(-step2.y, step2.x) / size : vec2(1.0, 0.0);

  float pixelsPerUnit = 0.5 * pixels.y * projectionMatrix[1][1] / here.w;
  float width = style.x * pixelsPerUnit * mix(1.0, taper > 0.0 ? u : v, abs(taper));
  float least = 1.1 * pixelRatio;
  brightness = style.y * min(1.0, 0.45 + 0.55 * width / least);
  halfWidth = 0.5 * max(width, least);
  // Nobody sees the halo of a faint ribbon, and most of a scene are faint ribbons.
  spread = halfWidth * halo * smoothstep(0.12, 0.3, brightness);
  float reach = halfWidth + max(spread, 0.7 * pixelRatio);
  across = position.y * reach;
  order = style.z;
  tint = tints[int(style.z + 0.5)];
  here.xy += 2.0 * normal * across / pixels * here.w;
  gl_Position = here;
}`;

const fragmentShader = /* glsl */ `
uniform float pixelRatio;
uniform vec3 surface;
in vec3 tint;
in float across, halfWidth, brightness, spread, order;
out vec4 color;

void main() {
  float d = abs(across);
  float core = 1.0 - smoothstep(halfWidth - 0.6 * pixelRatio, halfWidth + 0.6 * pixelRatio, d);
  float fade = spread > 0.0 ? max(0.0, 1.0 - d / (halfWidth + spread)) : 0.0;
  float glow = 0.34 * fade * fade;
#ifdef LUMINOUS
  float light = brightness * max(core, glow);
  color = vec4(mix(tint, vec3(1.0), 0.22 * core * brightness * brightness) * light, 1.0);
#else
  // Only strong ink runs a little. Of equals the first tint lies on top, or they would mix like grains.
  float light = brightness * max(core, brightness * glow);
  color = vec4(mix(surface, tint, light), 1.0);
  gl_FragDepth = 1.0 - light * (1.0 - 0.002 * order);
#endif
}`;

export interface RibbonLook {
  /** How much thinner the thin end is: 0 for even width. */
  readonly taper: number;
  /** How far light reaches beyond the band, in its half widths. */
  readonly halo: number;
  readonly isStraight: boolean;
}

/** Curved bands of light (or of ink, on a light surface), all in one draw call. */
export class Ribbons {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  buffer: ArcBuffer = arcBuffer(0);
  #instances!: InstancedInterleavedBuffer;
  readonly #isStraight: boolean;

  constructor(look: RibbonLook) {
    this.mesh = new Mesh(new InstancedBufferGeometry(), ribbonMaterial(look));
    this.mesh.frustumCulled = false;
    this.#isStraight = look.isStraight;
    this.#allocate(1);
  }

  /** Makes room for `capacity` instances. */
  reserve(capacity: number): void {
    if (capacity * ARC_STRIDE > this.buffer.instances.length) this.#allocate(capacity);
  }

  /** Sends what the buffer holds to the GPU, before the next rendering. */
  update(): void {
    this.#instances.clearUpdateRanges();
    this.#instances.addUpdateRange(0, this.buffer.count * ARC_STRIDE);
    this.#instances.needsUpdate = true;
    this.mesh.geometry.instanceCount = this.buffer.count;
    this.#refine();
    this.mesh.visible = this.buffer.count > 0;
  }

  /** 1: thick where the query is; −1: thick where the key is. */
  set taper(direction: number) {
    this.mesh.material.uniforms.taper.value = 0.6 * direction;
  }

  setColors(tints: readonly Color[], surface: Color, isLuminous: boolean): void {
    const { uniforms } = this.mesh.material;
    uniforms.tints.value = Array.from(
      { length: 10 },
      (_, i) => new Vector3(...(tints[i] ?? tints[0]))
    );
    (uniforms.surface.value as Vector3).set(...surface);
    this.#shine(isLuminous);
  }

  setPixels(width: number, height: number, ratio: number): void {
    const { uniforms } = this.mesh.material;
    (uniforms.pixels.value as Vector2).set(width, height);
    uniforms.pixelRatio.value = ratio;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  /**
   * The strongest is what is seen: arcs that cross do not add up to what none of them is. Of lights the brightest of
   * each primary shows, so that they melt into white; inks would melt into black, so there the strongest lies on top.
   */
  #shine(isLuminous: boolean): void {
    const { material } = this.mesh;
    if (material.depthTest !== isLuminous) return;
    material.blending = isLuminous ? CustomBlending : NoBlending;
    material.depthTest = material.depthWrite = !isLuminous;
    material.defines = isLuminous ? { LUMINOUS: '' } : {};
    material.needsUpdate = true;
  }

  /** As many pieces for each as are seen. */
  #refine(): void {
    const at = this.#isStraight
      ? lods.length - 1
      : finenesses.findIndex(({ upTo }) => this.buffer.count <= upTo);
    this.mesh.geometry.setDrawRange(lods[at].start, lods[at].count);
  }

  #allocate(capacity: number): void {
    this.buffer = arcBuffer(capacity);
    this.#instances = new InstancedInterleavedBuffer(this.buffer.instances, ARC_STRIDE);
    this.#instances.setUsage(DynamicDrawUsage);
    this.mesh.geometry.dispose();
    this.mesh.geometry = ribbonGeometry(this.#instances);
  }
}

/** Pieces of the finest ribbon; coarser ones join its corners. */
const FINEST = 32;

/** Where each fineness, and then the straight ribbon of one piece, stands in the index. */
const lods = [...finenesses.map(({ pieces }) => pieces), 1].map((pieces, i, all) => ({
  pieces,
  start: 6 * all.slice(0, i).reduce((sum, before) => sum + before, 0),
  count: 6 * pieces
}));

function ribbonGeometry(instances: InstancedInterleavedBuffer): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  const corners: number[] = [];
  for (let k = 0; k <= FINEST; k++) corners.push(k / FINEST, -1, 0, k / FINEST, 1, 0);
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from(corners), 3));
  geometry.setIndex(lods.flatMap(({ pieces }) => ribbonTriangles(FINEST / pieces)));
  for (let p = 0; p < 4; p++) {
    geometry.setAttribute(`p${p}`, new InterleavedBufferAttribute(instances, 3, 3 * p));
  }
  geometry.setAttribute('style', new InterleavedBufferAttribute(instances, 4, 12));
  return geometry;
}

/** Triangles of a ribbon that takes every `stride`-th pair of corners. */
function ribbonTriangles(stride: number): number[] {
  return Array.from({ length: FINEST / stride }, (_, piece) => {
    const a = 2 * stride * piece;
    const b = a + 2 * stride;
    return [a, a + 1, b, b, a + 1, b + 1];
  }).flat();
}

function ribbonMaterial({ taper, halo }: RibbonLook): ShaderMaterial {
  return new ShaderMaterial({
    glslVersion: '300 es',
    vertexShader,
    fragmentShader,
    uniforms: {
      pixels: { value: new Vector2(1, 1) },
      pixelRatio: { value: 1 },
      taper: { value: taper },
      halo: { value: halo },
      surface: { value: new Vector3() },
      tints: { value: Array.from({ length: 10 }, () => new Vector3(1, 1, 1)) }
    },
    defines: { LUMINOUS: '' },
    blending: CustomBlending,
    blendEquation: MaxEquation,
    side: DoubleSide,
    depthTest: false,
    depthWrite: false,
    transparent: true
  });
}
