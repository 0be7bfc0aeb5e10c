import type { Dims, Kernel, Operation } from '../ops/operation';

/** Threads of one workgroup. */
export const WORKGROUP_SIZE = 64;

/** Every kernel of an operation, forward first, then one for each real input. */
export function kernelsOf({ inputs, wgsl }: Operation): readonly Kernel[] {
  return [wgsl.forward, ...inputs.map((input) => wgsl.backward[input])];
}

/** Names of an operation's loop bounds, in the order of the kernel's uniform struct. */
export function dimNames(operation: Operation): readonly string[] {
  const [{ shapes, attributes = {} }] = operation.samples;
  return Object.keys(operation.shape(shapes, attributes).dims);
}

/**
 * The whole WGSL of one kernel of an operation: bindings, loop bounds, the thread's loop variables and the body.
 * Binding 0 holds the loop bounds, the next ones what the kernel reads, in order, the last one what it writes.
 */
export function kernelSource(operation: Operation, kernel: Kernel): string {
  const names = dimNames(operation);
  return `// ${operation.name}: ${kernel.writes}
struct Dims { ${names.map((name) => `${name}: u32`).join(', ')} }

@group(0) @binding(0) var<uniform> dims: Dims;
${bindings(operation, kernel).join('\n')}

@compute @workgroup_size(${WORKGROUP_SIZE})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32
) {
${[
  ...names.map((name) => `let ${name} = dims.${name};`),
  ...threadVariables(kernel),
  ...lines(kernel.body)
]
  .map((line) => `  ${line}`)
  .join('\n')}
}
`;
}

/**
 * Workgroups to dispatch for all threads of a kernel, [x, y].
 * @param most workgroups that one dimension can have; what is beyond is folded into the second
 */
export function workgroups(kernel: Kernel, dims: Dims, most: number): [x: number, y: number] {
  const threads = kernel.threads.reduce(
    (product, [, bound, step = 1]) => product * Math.ceil(dims[bound] / step),
    1
  );
  const all = Math.ceil(threads / WORKGROUP_SIZE);
  const x = Math.min(all, most);
  return [x, x === 0 ? 0 : Math.ceil(all / x)];
}

function bindings({ indices }: Operation, { reads, writes }: Kernel): string[] {
  const declare = (name: string, access: string, i: number) => {
    const element = indices.includes(name) ? 'i32' : 'f32';
    return `@group(0) @binding(${i + 1}) var<storage, ${access}> ${name}: array<${element}>;`;
  };
  return [
    ...reads.map((name, i) => declare(name, 'read', i)),
    declare(writes, 'read_write', reads.length)
  ];
}

/** Statements that turn the thread's number into its loop variables, and end the threads beyond the last. */
function threadVariables({ threads }: Kernel): string[] {
  const counts = threads.map(([, bound, step = 1]) =>
    step === 1 ? bound : `((${bound} + ${step - 1}) / ${step})`
  );
  const quotient = (i: number) => {
    const inner = counts.slice(i + 1);
    if (inner.length === 0) return 'thread';
    return `thread / ${inner.length > 1 ? `(${inner.join(' * ')})` : inner[0]}`;
  };
  const place = (i: number) => `${quotient(i)}${i > 0 ? ` % ${counts[i]}` : ''}`;
  return [
    `let thread = (workgroup.y * workgroups.x + workgroup.x) * ${WORKGROUP_SIZE} + lane;`,
    `if (thread >= ${counts.join(' * ') || 1}) { return; }`,
    ...threads.map(([variable, , step = 1], i) =>
      step === 1 ? `let ${variable} = ${place(i)};` : `let ${variable} = ${step} * (${place(i)});`
    )
  ];
}

function lines(body: string): string[] {
  return body.trim().split('\n');
}
