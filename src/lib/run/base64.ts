/** Doubles as base64 of their little-endian bytes, bit for bit. */
export function encodeDoubles(numbers: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(numbers.length * 8));
  numbers.forEach((number, i) => bytes.setFloat64(i * 8, number, true));
  let binary = '';
  for (let i = 0; i < bytes.byteLength; i++) binary += String.fromCharCode(bytes.getUint8(i));
  return btoa(binary);
}

/** Throws RangeError for what is not base64 of whole, finite doubles. */
export function decodeDoubles(base64: string): Float64Array {
  const bytes = Uint8Array.from(decode(base64), (character) => character.charCodeAt(0));
  if (bytes.length % 8 !== 0)
    throw new RangeError(`base64: needs doubles, got ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer);
  const numbers = Float64Array.from({ length: bytes.length / 8 }, (_, i) =>
    view.getFloat64(i * 8, true)
  );
  const wrong = numbers.find((number) => !Number.isFinite(number));
  if (wrong !== undefined) throw new RangeError(`base64: needs finite numbers, got ${wrong}`);
  return numbers;
}

function decode(base64: string): string {
  try {
    return atob(base64);
  } catch {
    throw new RangeError('base64: needs base64, got other characters');
  }
}
