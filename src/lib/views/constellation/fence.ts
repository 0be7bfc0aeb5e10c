/** How long a slow GPU rests, in times of what it last drew: the better part of it belongs to others. */
const REST = 3;

/**
 * Tells when the GPU may be asked for more: when it has drawn all that it was last asked for, and, if that took longer
 * than a frame of the screen, has rested. A slow one has the rest of the page to draw, and training may need it too.
 */
export class Fence {
  readonly #gl: WebGL2RenderingContext;
  #sync: WebGLSync | null = null;
  #setAt = 0;
  #isSlow = false;
  #restUntil = 0;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
  }

  /** Marks what has been asked for so far. */
  set(now = performance.now()): void {
    this.clear();
    this.#setAt = now;
    this.#isSlow = false;
    this.#sync = this.#gl.fenceSync(this.#gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.#gl.flush();
  }

  /** Whether it has drawn, and has rested; what the reader does is not kept waiting for the rest. */
  isReady(isUrgent: boolean, now = performance.now()): boolean {
    return this.#isPassed(now) && (isUrgent || now >= this.#restUntil);
  }

  clear(): void {
    this.#gl.deleteSync(this.#sync);
    this.#sync = null;
  }

  #isPassed(now: number): boolean {
    const gl = this.#gl;
    if (this.#sync === null) return true;
    if (!gl.isContextLost() && gl.getSyncParameter(this.#sync, gl.SYNC_STATUS) !== gl.SIGNALED) {
      this.#isSlow = true;
      return false;
    }
    this.clear();
    if (this.#isSlow) this.#restUntil = now + REST * (now - this.#setAt);
    return true;
  }
}
