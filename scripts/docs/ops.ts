import ts from 'typescript';
import { operations } from '../../src/lib/engine/ops/index';
import type { Kernel, Operation, Sample } from '../../src/lib/engine/ops/operation';
import { threadText } from '../../src/lib/views/catalogue/kernelText';
import { dedented, Source } from './source';

/** docs/ops.md: every operation of the registry, with its formulas, loops and kernels. */
export function opsPage(): string {
  return [
    '# Operations',
    'Every operation of the registry, in the order in which a step first uses them. `dx` means ∂loss/∂x, and gradients accumulate (`+=`). This page is written from the code: `npx tsx scripts/write-docs.ts`.',
    ...Object.values(operations).map(section)
  ].join('\n\n');
}

function section(operation: Operation): string {
  const { name, summary, formula, gradient, wgsl, samples } = operation;
  const path = `src/lib/engine/ops/${name}.ts`;
  const source = new Source(path);
  const loops = (pass: string) =>
    dedented(source.find(ts.isMethodDeclaration, (node) => node.name.getText() === pass));
  const declared = source.find(ts.isVariableStatement);
  const kernels = [wgsl.forward, ...Object.values<Kernel>(wgsl.backward)];
  return [
    `## ${name}`,
    `${summary} ([source](../${path}))`,
    code('', source.comment(declared)),
    code('', [formula, ...Object.values(gradient)].join('\n')),
    code('ts', `${loops('forward')}\n\n${loops('backward')}`),
    code('wgsl', kernels.map(kernelText).join('\n\n')),
    'Samples that every check runs over:',
    samples.map((sample) => `- ${sampleText(sample)}`).join('\n')
  ].join('\n\n');
}

function kernelText({ threads, reads, writes, body }: Kernel): string {
  const loop = threads.map(threadText).join(', ');
  return `// one thread for each ${loop}: reads ${reads.join(', ')}; writes ${writes}\n${body.trim()}`;
}

function sampleText({ shapes, attributes = {} }: Sample): string {
  const shaped = Object.entries(shapes).map(([name, shape]) => `${name} (${shape.join(', ')})`);
  const fixed = Object.entries(attributes).map(([name, value]) => `${name} = ${value}`);
  return [...shaped, ...fixed].join(', ');
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
