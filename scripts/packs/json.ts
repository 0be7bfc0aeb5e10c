import { keyFamilies } from '../../src/lib/run/validators/json';

type WordKey = keyof typeof keyFamilies;

/** Twelve words and numbers for each key family. */
const records: Record<WordKey, string> = {
  name: 'ada 36, alan 41, grace 85, kurt 71, emmy 53, carl 77, sofia 41, karl 28, maria 66, niels 77, lise 89, max 89',
  city: 'oslo 7, cairo 31, lima 19, tokyo 22, paris 16, quito 14, delhi 34, accra 29, riga 9, perth 25, turin 18, havana 30',
  item: 'lamp 40, chair 65, desk 120, mug 8, pen 2, clock 25, shelf 75, rug 90, vase 30, plate 6, bowl 7, mirror 55',
  team: 'lions 21, bears 14, hawks 30, wolves 17, sharks 24, foxes 10, eagles 28, tigers 19, otters 12, ravens 26, bulls 33, cobras 15',
  animal:
    'ant 6, bee 6, cat 4, crab 10, crow 2, frog 4, goat 4, hen 2, snail 0, snake 0, spider 8, zebra 4'
};

/** Twelve records of each key family, as JSON without spaces. */
export function json(): string[] {
  return Object.entries(records).flatMap(([wordKey, list]) =>
    list.split(', ').map((record) => {
      const [word, amount] = record.split(' ');
      const numberKey = keyFamilies[wordKey as WordKey];
      return JSON.stringify({ [wordKey]: word, [numberKey]: Number(amount) });
    })
  );
}
