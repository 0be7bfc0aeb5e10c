import {
  BufferAttribute,
  CustomBlending,
  DataTexture,
  DynamicDrawUsage,
  InstancedBufferGeometry,
  InstancedInterleavedBuffer,
  InterleavedBufferAttribute,
  LinearFilter,
  Mesh,
  OneFactor,
  OneMinusSrcAlphaFactor,
  ShaderMaterial,
  Vector2,
  Vector3
} from 'three';
import { RAMP_SIZE, type Ramp } from '../ramp';
import { STAR_STRIDE } from './glow';
import type { SceneColors } from './sceneColors';

const vertexShader = /* glsl */ `
in vec3 center;
in vec3 look;
uniform vec2 pixels;
uniform float pixelRatio;
out vec2 offset;
out float radius, glow, ring;

void main() {
  vec4 here = projectionMatrix * (viewMatrix * vec4(center, 1.0));
  float pixelsPerUnit = 0.5 * pixels.y * projectionMatrix[1][1] / here.w;
  radius = max(look.x * pixelsPerUnit, 1.8 * pixelRatio);
  glow = look.y;
  ring = look.z;
  float reach = radius * 4.5 + 8.0 * pixelRatio;
  offset = position.xy * reach;
  here.xy += 2.0 * offset / pixels * here.w;
  gl_Position = here;
}`;

const fragmentShader = /* glsl */ `
uniform sampler2D ramp;
uniform vec3 ink, surface, accent;
uniform float pixelRatio, luminous;
in vec2 offset;
in float radius, glow, ring;
out vec4 color;

float band(float d, float at, float halfWidth) {
  return 1.0 - smoothstep(halfWidth - 0.5 * pixelRatio, halfWidth + 0.5 * pixelRatio, abs(d - at));
}

void main() {
  float d = length(offset);
  float disc = 1.0 - smoothstep(radius - 0.5 * pixelRatio, radius + 0.5 * pixelRatio, d);
  vec3 fill = texture(ramp, vec2(glow, 0.5)).rgb;
  float rim = band(d, radius, 0.6 * pixelRatio) * 0.75;
  vec4 star = vec4(mix(fill, ink, rim * (1.0 - 0.6 * glow)), 1.0) * max(disc, rim);
  float far = max(0.0, 1.0 - d / (radius * 4.5));
  float halo = glow * far * far * (luminous > 0.5 ? 0.55 : 0.28);
  vec4 light = vec4(fill * halo, luminous > 0.5 ? 0.0 : halo);
  float gap = radius + 3.5 * pixelRatio;
  float circle = ring > 0.5 ? band(d, gap, (ring > 1.5 ? 1.1 : 0.7) * pixelRatio) : 0.0;
  vec4 around = vec4(accent, 1.0) * circle;
  color = star + (1.0 - star.a) * light;
  color = around + (1.0 - around.a) * color;
}`;

/** Round stars that always face the reader, all in one draw call. */
export class StarMesh {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  instances = new Float32Array(STAR_STRIDE);
  #buffer!: InstancedInterleavedBuffer;
  #ramp: DataTexture | null = null;

  constructor() {
    this.mesh = new Mesh(new InstancedBufferGeometry(), starMaterial());
    this.mesh.frustumCulled = false;
    this.#allocate(1);
  }

  reserve(count: number): void {
    if (count * STAR_STRIDE > this.instances.length) this.#allocate(count);
  }

  update(count: number): void {
    this.#buffer.needsUpdate = true;
    this.mesh.geometry.instanceCount = count;
  }

  setColors({ ink, surface, accent, ramp, isLuminous }: SceneColors): void {
    const { uniforms } = this.mesh.material;
    uniforms.ink.value = new Vector3(...ink);
    uniforms.surface.value = new Vector3(...surface);
    uniforms.accent.value = new Vector3(...accent);
    uniforms.luminous.value = isLuminous ? 1 : 0;
    this.#ramp?.dispose();
    uniforms.ramp.value = this.#ramp = rampTexture(ramp);
  }

  setPixels(width: number, height: number, ratio: number): void {
    const { uniforms } = this.mesh.material;
    (uniforms.pixels.value as Vector2).set(width, height);
    uniforms.pixelRatio.value = ratio;
  }

  dispose(): void {
    this.#ramp?.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  #allocate(count: number): void {
    this.instances = new Float32Array(count * STAR_STRIDE);
    this.#buffer = new InstancedInterleavedBuffer(this.instances, STAR_STRIDE);
    this.#buffer.setUsage(DynamicDrawUsage);
    this.mesh.geometry.dispose();
    this.mesh.geometry = starGeometry(this.#buffer);
  }
}

function starGeometry(instances: InstancedInterleavedBuffer): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  const corners = Float32Array.of(-1, -1, 0, 1, -1, 0, -1, 1, 0, 1, 1, 0);
  geometry.setAttribute('position', new BufferAttribute(corners, 3));
  geometry.setIndex([0, 1, 2, 2, 1, 3]);
  geometry.setAttribute('center', new InterleavedBufferAttribute(instances, 3, 0));
  geometry.setAttribute('look', new InterleavedBufferAttribute(instances, 3, 3));
  return geometry;
}

function starMaterial(): ShaderMaterial {
  return new ShaderMaterial({
    glslVersion: '300 es',
    vertexShader,
    fragmentShader,
    uniforms: {
      pixels: { value: new Vector2(1, 1) },
      pixelRatio: { value: 1 },
      luminous: { value: 1 },
      ink: { value: new Vector3(1, 1, 1) },
      surface: { value: new Vector3() },
      accent: { value: new Vector3() },
      ramp: { value: null }
    },
    blending: CustomBlending,
    blendSrc: OneFactor,
    blendDst: OneMinusSrcAlphaFactor,
    depthTest: false,
    depthWrite: false,
    transparent: true
  });
}

function rampTexture(ramp: Ramp): DataTexture {
  const bytes = new Uint8Array(RAMP_SIZE * 4).fill(255);
  for (let i = 0; i < RAMP_SIZE; i++) bytes.set(ramp.subarray(3 * i, 3 * i + 3), 4 * i);
  const texture = new DataTexture(bytes, RAMP_SIZE, 1);
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
