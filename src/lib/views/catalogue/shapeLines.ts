import type { Operation, Sample, Shape } from '../../engine/ops/operation';

type Shapes = Readonly<Record<string, Shape>>;

/** Ways to spoil a shape, the likeliest mistake first. */
const mistakes: readonly ((shape: Shape) => Shape)[] = [
  (shape) => [...shape.slice(0, -1), (shape.at(-1) ?? 0) + 1],
  (shape) => [...shape, 1],
  () => [],
  () => [0]
];

/** `x (3, 5)`; a scalar is `()`. */
export function shapeText(shapes: Shapes, attributes: Sample['attributes'] = {}): string {
  const shaped = Object.entries(shapes).map(([name, shape]) => `${name} (${shape.join(', ')})`);
  return [...shaped, ...equalities(attributes)].join(', ');
}

/** What a sample's shapes give: `y (3, 5) with rows = 3, n = 5`. */
export function resultText(operation: Operation, { shapes, attributes = {} }: Sample): string {
  const { y, dims } = operation.shape(shapes, attributes);
  return `y (${y.join(', ')}) with ${equalities(dims).join(', ')}`;
}

/** The error that an operation gives for wrong shapes, as it gives it; empty if it takes all. */
export function refusal(operation: Operation): string {
  const { shapes, attributes = {} } = operation.samples[1] ?? operation.samples[0];
  for (const spoil of mistakes) {
    for (const name of Object.keys(shapes)) {
      const error = errorOf(() =>
        operation.shape({ ...shapes, [name]: spoil(shapes[name]) }, attributes)
      );
      if (error?.name === 'ShapeError') return error.message;
    }
  }
  return '';
}

/** `n = 5`, held together by blanks that do not break. */
function equalities(numbers: Readonly<Record<string, number>>): string[] {
  return Object.entries(numbers).map(([name, value]) => `${name}\u00a0=\u00a0${value}`);
}

function errorOf(run: () => unknown): Error | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
