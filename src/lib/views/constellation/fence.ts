/** Tells whether the GPU has drawn all that it was last asked for: a slow one is not asked for more than it can draw. */
export class Fence {
  readonly #gl: WebGL2RenderingContext;
  #sync: WebGLSync | null = null;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
  }

  /** Marks what has been asked for so far. */
  set(): void {
    this.clear();
    this.#sync = this.#gl.fenceSync(this.#gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.#gl.flush();
  }

  get isPassed(): boolean {
    const gl = this.#gl;
    if (this.#sync && !gl.isContextLost()) {
      if (gl.getSyncParameter(this.#sync, gl.SYNC_STATUS) !== gl.SIGNALED) return false;
    }
    this.clear();
    return true;
  }

  clear(): void {
    this.#gl.deleteSync(this.#sync);
    this.#sync = null;
  }
}
