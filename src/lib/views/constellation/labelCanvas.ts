import { placeLabels, type LabelWish, type PlacedLabel } from './labels';

export interface LabelLook {
  readonly font: string;
  readonly color: string;
  readonly opacity: number;
}

/** A wish before its text is measured. */
export type LookedLabel = Omit<LabelWish, 'width' | 'height'> & { readonly look: LabelLook };

type MeasuredLabel = LookedLabel & Pick<LabelWish, 'width' | 'height'>;

/** Height of a line of the labels, as a share of the size of its font. */
const LINE = 1.2;

/** Text over the scene, drawn to a canvas so that an export holds it too. */
export class LabelCanvas {
  readonly canvas = document.createElement('canvas');
  /** What was drawn last. */
  placed: readonly PlacedLabel[] = [];
  readonly #context = this.canvas.getContext('2d')!;
  readonly #widths = new Map<string, number>();
  /** All that the last drawing depends on. */
  #drawn = '';

  /** Draws nothing where nothing has changed. */
  draw(labels: readonly LookedLabel[], surface: string, width: number, height: number): void {
    const drawn = `${surface} ${width} ${height} ${labels.map(keyOf).join('|')}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const context = this.#context;
    const ratio = this.canvas.width / width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.strokeStyle = surface;
    this.placed = placeLabels(
      labels.map((label) => this.#measure(label)),
      { width, height }
    );
    for (const label of this.placed) this.#write(label);
  }

  resize(width: number, height: number): void {
    this.canvas.width = width;
    this.canvas.height = height;
    this.#drawn = '';
  }

  #measure(label: LookedLabel): MeasuredLabel {
    const { font } = label.look;
    const key = `${font} ${label.text}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      this.#context.font = font;
      this.#widths.set(key, (width = this.#context.measureText(label.text).width));
    }
    return { ...label, width, height: LINE * Number.parseFloat(/[\d.]+px/.exec(font)![0]) };
  }

  #write({ wish, left, top }: PlacedLabel): void {
    const { look } = wish as MeasuredLabel;
    const context = this.#context;
    context.font = look.font;
    context.globalAlpha = look.opacity;
    context.lineWidth = 3;
    context.strokeText(wish.text, left, top + wish.height / 2);
    context.fillStyle = look.color;
    context.fillText(wish.text, left, top + wish.height / 2);
    context.globalAlpha = 1;
  }
}

/** Tells labels apart that are seen to differ. */
function keyOf({ text, x, y, rank, look }: LookedLabel): string {
  return `${text} ${x.toFixed(1)} ${y.toFixed(1)} ${rank} ${look.font} ${look.color} ${look.opacity}`;
}
