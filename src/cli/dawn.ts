import { existsSync } from 'node:fs';

/** Chromium's software adapter on Linux, which Dawn can use too. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * WebGPU in Node: Dawn with the machine's adapter; where there is none, with Chromium's software adapter if it is
 * installed. Undefined if Dawn itself cannot be loaded.
 * @param say told in a sentence what stands in
 */
export async function openDawn(say: (sentence: string) => void): Promise<GPU | undefined> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const gpu = create([]);
    if (await gpu.requestAdapter()) return gpu;
    if (process.env.VK_ICD_FILENAMES || !existsSync(swiftShader)) return gpu;
    process.env.VK_ICD_FILENAMES = swiftShader;
    const software = create([]);
    if (!(await software.requestAdapter())) return gpu;
    say(`No GPU adapter was found; the software adapter of ${swiftShader} stands in.`);
    return software;
  } catch (error) {
    say(`WebGPU cannot be loaded: ${String(error)}`);
    return undefined;
  }
}
