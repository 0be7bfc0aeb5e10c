/** What an exported picture is written with. */
export interface PngLook {
  readonly surface: string;
  readonly ink: string;
  readonly font: string;
  /** Device pixels for a CSS pixel. */
  readonly ratio: number;
}

/** Height of the caption's line, in CSS pixels. */
const CAPTION = 26;

/** Canvases of one size laid over each other, with a caption below. */
export function composePng(
  canvases: readonly HTMLCanvasElement[],
  caption: string,
  { surface, ink, font, ratio }: PngLook
): Promise<Blob> {
  const [{ width, height }] = canvases;
  const canvas = new OffscreenCanvas(width, height + CAPTION * ratio);
  const context = canvas.getContext('2d')!;
  context.fillStyle = surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const layer of canvases) context.drawImage(layer, 0, 0);
  context.font = `${11 * ratio}px ${font}`;
  context.fillStyle = ink;
  context.fillText(caption, 12 * ratio, height + 14 * ratio, width - 24 * ratio);
  return canvas.convertToBlob({ type: 'image/png' });
}
