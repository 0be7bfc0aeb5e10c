/** Two octaves of notes without accidentals; the key signature sharpens or flattens them. */
const notes = 'CDEFGABcdefgab';

const keys = ['C', 'D', 'F', 'G', 'A'];

/** Four bars each, written as steps above the key's own note. */
const motifs = {
  scalar: [
    '0123 4567 7654 3210',
    '0123 1234 2345 3456',
    '7654 6543 5432 4321',
    '0123 3210 4567 7654'
  ],
  arpeggio: [
    '0247 7420 0247 7420',
    '0242 3575 4686 0242',
    '7420 5310 6420 7420',
    '0247 3578 2467 7420'
  ],
  alternating: [
    '0101 2121 2323 4343',
    '0202 1313 2424 3535',
    '0404 0505 0404 0202',
    '7070 6060 5050 4040'
  ]
};

/** Every motif in every key, numbered from 1. */
export function abcMusic(): string[] {
  const shapes = Object.values(motifs).flat();
  return keys
    .flatMap((key) => shapes.map((shape) => ({ key, shape })))
    .map(({ key, shape }, i) => `X:${i + 1} K:${key} |${bars(key, shape).join('|')}|`);
}

function bars(key: string, shape: string): string[] {
  const tonic = notes.indexOf(key);
  const note = (step: string) => notes[tonic + Number(step)];
  return shape.split(' ').map((bar) => Array.from(bar, note).join(''));
}
