import { fontRules } from './fonts';

/** Pixels of a bitmap for each unit of the picture. */
const SCALE = 2;

/** Draws an SVG text, in the page's fonts, to a bitmap of twice its size; null where the browser cannot. */
export async function svgToPng(svg: string): Promise<Blob | null> {
  const style = `<style>${await fontRules(svg)}</style>`;
  const dressed = svg.replace(/(?=<title>)/, style);
  const address = URL.createObjectURL(new Blob([dressed], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  } finally {
    URL.revokeObjectURL(address);
  }
}
