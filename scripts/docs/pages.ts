import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import { eventsPage } from './events';
import { opsPage } from './ops';

const pages: Record<string, () => string> = { 'events.md': eventsPage, 'ops.md': opsPage };

/** The pages of docs/ that are written from the code, by name, formatted as the repository is. */
export async function writtenPages(): Promise<Map<string, string>> {
  const written = new Map<string, string>();
  for (const [name, page] of Object.entries(pages)) {
    const path = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
    const config = await resolveConfig(path);
    written.set(name, await format(page(), { ...config, filepath: path }));
  }
  return written;
}
