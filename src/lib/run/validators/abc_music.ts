const template = /^X:[1-9]\d* K:[A-G] \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$/;
const notes = /^[A-Ga-g]+$/;

/**
 * `X:N K:KEY |B1|B2|B3|B4|`: a tune number, a major key from A to G, and four bars with the same
 * number of notes (C to b, two octaves).
 * Returns null if the line is right, else the reason.
 */
export function validate(line: string): string | null {
  const bars = template.exec(line)?.slice(1);
  if (!bars) return 'Not of the form X:N K:KEY |B1|B2|B3|B4|.';
  const strange = bars.findIndex((bar) => !notes.test(bar));
  if (strange >= 0) return `Bar ${strange + 1} needs notes from A to G or a to g only.`;
  const odd = bars.findIndex((bar) => bar.length !== bars[0].length);
  if (odd < 0) return null;
  return `Bar ${odd + 1} has ${bars[odd].length} notes, bar 1 has ${bars[0].length}.`;
}
