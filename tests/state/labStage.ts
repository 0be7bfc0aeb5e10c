import { vi } from 'vitest';
import { Corpora } from '../../src/lib/state/corpora.svelte';
import { Lab } from '../../src/lib/state/lab.svelte';
import { MemoryShelf, stubLocalStorage } from './browserStubs';
import { FakeWorker, stubWorker } from './fakeWorker';

/** A browser without a GPU whose clock goes on by a second each time it is read; gives that clock. */
export function stubBrowser() {
  let now = 0;
  vi.stubGlobal('location', { origin: 'https://lab.example', pathname: '/base/' });
  stubLocalStorage();
  stubWorker();
  return vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
}

/** A page opened with that query. */
export async function openLab(query = '', shelf = new MemoryShelf()): Promise<Lab> {
  const lab = new Lab(new Corpora(shelf));
  await lab.open(query);
  return lab;
}

/** The sentences that stand in the page. */
export function said(lab: Lab): string[] {
  return lab.notices.list.map(({ text }) => text);
}

/** Lets the newest worker's run begin. */
export function begin(lab: Lab): void {
  const { settings, corpus } = lab.current!.request!;
  const { id, title, hash, docs } = corpus;
  FakeWorker.all.at(-1)!.tell({
    seq: 1,
    time: 0,
    type: 'run.started',
    settings,
    corpus: { id, title, hash, documents: docs.length },
    engine: settings.engine === 'gpu' ? 'gpu' : 'cpu',
    device: 'a test',
    notice: null,
    vocabulary: [],
    num_params: 1,
    cut_share: 0
  });
}
