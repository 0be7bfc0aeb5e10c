import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { launchOptions } from './scripts/browser.js';
import { compileKernels } from './scripts/kernels.js';

export default defineConfig({
  plugins: [{ name: 'kernels', config: () => compileKernels() }, sveltekit()],
  worker: { format: 'es' },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          setupFiles: ['tests/properties.ts'],
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/**/*.gpu.test.ts']
        }
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: ['tests/**/*.gpu.test.ts'],
          // One page at a time and only one: with many, Chromium loses the GPU device.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            isolate: false,
            screenshotFailures: false,
            provider: playwright({ launchOptions: launchOptions({ webgpu: true }) }),
            instances: [{ browser: 'chromium' }]
          }
        }
      }
    ]
  }
});
