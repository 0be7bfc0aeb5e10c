/** What an operation's file says, cut out of its text: the words and loops shown are those that run. */
export interface LoopSource {
  /** What goes in and comes out, what is refused and where it is from. */
  readonly about: string;
  readonly forward: string;
  readonly backward: string;
}

const files = import.meta.glob<string>('../../engine/ops/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true
});

const kernels = import.meta.glob<string>('../../engine/simd/kernels/ops/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true
});

/** An operation's loops as the CPU traces them in f32, in AssemblyScript. */
export function simdSource(name: string): Omit<LoopSource, 'about'> {
  const text = kernels[`../../engine/simd/kernels/ops/${name}.ts`];
  const of = (pass: string) =>
    new RegExp(`^export function ${name}_${pass}[^]*?^}`, 'm').exec(text);
  return { forward: of('forward')![0], backward: of('backward')![0] };
}

export function loopSource(name: string): LoopSource {
  const text = files[`../../engine/ops/${name}.ts`];
  return {
    about: commentBefore(text, `export const ${name} = operation(`),
    forward: method(text, 'forward'),
    backward: method(text, 'backward')
  };
}

/** The doc comment of a declaration without its stars. */
export function commentBefore(text: string, declaration: string): string {
  const end = text.indexOf(declaration);
  const start = text.lastIndexOf('/**', end);
  if (end < 0 || start < 0)
    throw new Error(`source: needs a comment before ${declaration}, got none`);
  return text
    .slice(start + 3, text.indexOf('*/', start))
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}

/** A method of the object that the file declares, as written, moved to the left edge. */
export function method(text: string, name: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith(`  ${name}(`));
  const last = lines.findIndex((line, i) => i > first && /^ {2}\},?$/.test(line));
  if (first < 0 || last < 0) throw new Error(`source: needs a method ${name}, got none`);
  return lines
    .slice(first, last + 1)
    .map((line) => line.slice(2))
    .join('\n')
    .replace(/,$/, '');
}
