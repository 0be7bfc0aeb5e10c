/** Writes the run that the style page shows: `npm run style`. Only its times differ from one machine to the next. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeTrace } from '../src/lib/run/trace';
import { recordRun, styleRequest } from './style/recordRun';

const place = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const text = readFileSync(place('packs/arithmetic.txt'), 'utf8');
const snapshot = await recordRun(styleRequest(text));
const recorded = { times: snapshot.times, trace: writeTrace(snapshot, 'style') };
writeFileSync(place('src/lib/views/style/recorded.json'), `${JSON.stringify(recorded)}\n`);
