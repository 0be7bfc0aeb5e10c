import published from './published.json';
import { readPublished } from './published';

/** The newest published run of the benchmark, from the file that it writes. */
export const publishedRun = readPublished(published);
