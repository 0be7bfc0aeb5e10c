import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildCorpus } from '../../src/lib/run/corpus';
import { defaultSettings, presetSettings } from '../../src/lib/run/settings';
import { Corpora } from '../../src/lib/state/corpora.svelte';
import { Lab } from '../../src/lib/state/lab.svelte';
import type { Shelf } from '../../src/lib/state/shelf';
import { MemoryShelf, stubLocalStorage } from './browserStubs';
import { FakeWorker, stubWorker, TrainingWorker } from './fakeWorker';

let now: number;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  vi.stubGlobal('location', { origin: 'https://lab.example', pathname: '/base/' });
  stubLocalStorage();
  stubWorker();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function openLab(query = '', shelf = new MemoryShelf()): Promise<Lab> {
  const lab = new Lab(new Corpora(shelf as unknown as Shelf));
  await lab.open(query);
  return lab;
}

const said = (lab: Lab) => lab.notices.list.map(({ text }) => text);

/** Lets the newest worker's run begin. */
function begin(lab: Lab): void {
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

describe('the draft', () => {
  it('begins with the defaults and their text', async () => {
    const lab = await openLab();
    expect(lab.draft).toEqual(defaultSettings);
    expect(lab).toMatchObject({ problems: [], preset: 'microgpt', corpusState: 'ready', url: '' });
    expect(lab.corpus!.id).toBe('names');
    expect(lab.num_params).toBe(lab.cost!.num_params);
  });

  it('reads text as the URL would, and keeps what is wrong among the problems', async () => {
    const lab = await openLab();
    lab.change('n_embd', '32');
    expect(lab.draft.n_embd).toBe(32);
    expect(lab.cost!.num_params).toBeGreaterThan(10_000);
    lab.change('n_embd', '3x');
    const problem = 'n_embd: needs an integer from 4 to 64, got "3x"';
    expect(lab).toMatchObject({ problems: [problem], cost: null, num_params: null, preset: null });
    expect(lab.problemOf('n_embd')).toBe(problem);
    expect(lab.problemOf('n_head')).toBeNull();
    expect(lab.expectedSeconds('cpu')).toBeNull();
    expect(lab.start()).toBeNull();
    expect(said(lab)).toEqual([problem]);
  });

  it('names n_embd where it does not fit n_head', async () => {
    const lab = await openLab();
    lab.change('n_head', 3);
    expect(lab.problemOf('n_embd')).toBe('n_embd: needs a multiple of n_head 3, got 16');
  });

  it('takes a preset, and keeps pack, engine and seed', async () => {
    const lab = await openLab('?pack=json&engine=cpu&seed=7&n_layer=2');
    lab.applyPreset('tiny');
    expect(lab.draft).toEqual(presetSettings('tiny', { ...lab.draft }));
    expect(lab.draft).toMatchObject({ pack: 'json', engine: 'cpu', seed: '7', n_layer: 1 });
    expect(lab.preset).toBe('tiny');
  });

  it('reads the text of the pack that was chosen last', async () => {
    const lab = await openLab();
    const first = lab.choosePack('json');
    expect(lab).toMatchObject({ corpus: null, corpusState: 'loading', canStart: false });
    await Promise.all([first, lab.choosePack('regex')]);
    expect(lab.corpus!.id).toBe('regex');
    expect(lab.draft.pack).toBe('regex');
  });
});

describe('uploads', () => {
  it('learns from the text that was pasted', async () => {
    const lab = await openLab();
    await lab.upload('one\ntwo');
    expect(lab.corpus!.docs).toEqual(['one', 'two']);
    expect(lab.draft.pack).toBe(lab.corpus!.id);
    expect(lab.corpora.uploads).toHaveLength(1);
  });

  it('says why a file is refused, and takes the others', async () => {
    const lab = await openLab();
    await lab.upload([new File(['a'], 'a.csv'), new File(['b'], 'b.txt')]);
    expect(said(lab)).toEqual(['upload: needs a .txt file, got a.csv']);
    expect(lab.corpus!.title).toBe('b.txt');
  });

  it('goes back to the default pack when the chosen upload is forgotten', async () => {
    const lab = await openLab();
    await lab.upload('one');
    await lab.removeUpload(lab.draft.pack);
    expect(lab.corpus!.id).toBe('names');
  });
});

describe('fetchNames', () => {
  it('reads the whole text, and compares it with the link', async () => {
    const lab = await openLab();
    const full = buildCorpus('names', 'Names', 'emma\nolivia');
    vi.spyOn(lab.corpora, 'fetchNames').mockResolvedValue(true);
    vi.spyOn(lab.corpora, 'corpus').mockResolvedValue(full);
    await lab.fetchNames();
    expect(lab.corpus).toBe(full);
    expect(said(lab)).toEqual([]);
    await lab.open('?corpus=0123456789ab');
    expect(said(lab)[0]).toMatch(/, unless the full list of names is fetched$/);
    lab.notices.dismiss(lab.notices.list[0]);
    const names = { ...lab.corpora.names, source: 'fetched' } as const;
    vi.spyOn(lab.corpora, 'names', 'get').mockReturnValue(names);
    await lab.fetchNames();
    expect(said(lab)[0]).toMatch(/^corpus: needs the text 0123456789ab of the link, got .* one$/);
  });

  it('leaves the text alone when nothing came, or another pack is chosen', async () => {
    const lab = await openLab('?pack=json');
    const { corpus } = lab;
    const fetched = vi.spyOn(lab.corpora, 'fetchNames').mockResolvedValue(true);
    await lab.fetchNames();
    expect(lab.corpus).toBe(corpus);
    await lab.choosePack('names');
    const builtIn = lab.corpus;
    fetched.mockResolvedValue(false);
    await lab.fetchNames();
    expect(lab.corpus).toBe(builtIn);
  });
});

describe('start', () => {
  it('runs the draft on its text, and follows it', async () => {
    const lab = await openLab('?pack=json');
    const run = lab.start()!;
    expect(lab.current).toBe(run);
    expect(run.request).toEqual({ settings: lab.draft, corpus: lab.corpus });
    expect(FakeWorker.all[0].commands).toEqual([{ type: 'run' }]);
    expect(lab.selection.step).toBeNull();
  });

  it('takes a double click for one', async () => {
    const lab = await openLab();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(5000);
    lab.start();
    clock.mockReturnValue(5200);
    expect(lab.start()).toBeNull();
    expect(lab.runs).toHaveLength(1);
    expect(said(lab)).toEqual([]);
    clock.mockReturnValue(5600);
    expect(lab.start()).not.toBeNull();
  });

  it('refuses a fourth run with the reason, until one is closed', async () => {
    const lab = await openLab();
    const runs = [lab.start(), lab.start(), lab.start()];
    expect(lab.canStart).toBe(false);
    expect(lab.start()).toBeNull();
    expect(said(lab)).toEqual([
      'runs: needs at most 3 open at once, got one more; close one first'
    ]);
    lab.closeRun(runs[0]!);
    expect(FakeWorker.all[0].isTerminated).toBe(true);
    expect(lab.current).toBe(runs[2]);
    expect(lab.start()).not.toBeNull();
    expect(lab.runs.map(({ id }) => id)).toEqual([
      ...runs.slice(1).map((run) => run!.id),
      lab.current!.id
    ]);
  });

  it('shows the run that is asked for, and the newest when the shown one is closed', async () => {
    const lab = await openLab();
    const [first, second] = [lab.start()!, lab.start()!];
    lab.show(first);
    expect(lab.current).toBe(first);
    lab.closeRun(first);
    lab.closeRun(first);
    expect(lab.current).toBe(second);
    lab.show(first);
    expect(lab.current).toBe(second);
    lab.close();
    expect(lab).toMatchObject({ runs: [], current: null });
  });

  it('finds the run of the same settings on the other engine', async () => {
    const lab = await openLab('?pack=json&engine=cpu');
    const cpu = lab.start()!;
    begin(lab);
    expect(lab.twin).toBeNull();
    lab.change('engine', 'gpu');
    lab.start();
    begin(lab);
    expect(lab.twin).toBe(cpu);
    lab.change('seed', '1');
    lab.start();
    begin(lab);
    expect(lab.twin).toBeNull();
  });

  it('estimates what it has measured', async () => {
    vi.mocked(performance.now).mockRestore();
    stubWorker(TrainingWorker);
    const lab = await openLab('?pack=json&engine=cpu&num_steps=2000&sample_count=1');
    expect(lab.expectedSeconds('cpu')).toBeNull();
    const run = lab.start()!;
    await vi.waitFor(() => expect(run.speeds.cpu).toBeGreaterThan(0), 10_000);
    run.command({ type: 'cancel' });
    await vi.waitFor(() => expect(run.ended).toBe(true), 10_000);
    expect(lab.expectedSeconds('cpu')).toBeCloseTo(2000 / run.speeds.cpu!, 6);
    expect(lab.expectedSeconds('gpu')).toBeNull();
  });

  it('believes no speed of a few steps', async () => {
    const lab = await openLab('?pack=json&engine=cpu');
    const run = lab.start()!;
    begin(lab);
    const norms = { embeddings: 1, attention: 1, mlp: 1, lm_head: 1 };
    const resumed = { type: 'run.resumed', step: 0, until: 9, delay: 0 } as const;
    const update = { type: 'step.update', learning_rate: 1, update_norms: norms } as const;
    const [worker] = FakeWorker.all;
    worker.tell({ seq: 2, time: 0, ...resumed }, { seq: 3, time: 900, step: 19, ...update });
    worker.tell({ seq: 4, time: 901, type: 'run.paused', step: 19 });
    expect(run.speeds.cpu).toBeGreaterThan(0);
    expect(lab.expectedSeconds('cpu')).toBeNull();
    worker.tell({ seq: 5, time: 902, ...resumed }, { seq: 6, time: 1902, step: 20, ...update });
    worker.tell({ seq: 7, time: 1903, type: 'run.paused', step: 20 });
    expect(lab.expectedSeconds('cpu')).toBeCloseTo(1000 / run.speeds.cpu!, 6);
  });
});

describe('switchEngine', () => {
  it.each([
    ['cpu', 'gpu'],
    ['gpu', 'cpu'],
    ['auto', 'gpu']
  ])('changes the draft from %s to %s where nothing runs', async (from, to) => {
    const lab = await openLab(`?engine=${from}`);
    lab.switchEngine();
    expect(lab.draft.engine).toBe(to);
  });

  it('takes auto for the GPU where there is one', async () => {
    const lab = await openLab();
    await lab.adapter.probe(async () => ({ name: 'Acme', software: false }));
    lab.switchEngine();
    expect(lab.draft.engine).toBe('cpu');
  });

  it('lets the current run go on with the other engine', async () => {
    const lab = await openLab('?engine=cpu');
    lab.start();
    begin(lab);
    lab.switchEngine();
    expect(FakeWorker.all[0].commands.at(-1)).toEqual({ type: 'engine', engine: 'gpu' });
  });
});

describe('links', () => {
  it('restores everything and starts nothing', async () => {
    const query = '?pack=json&seed=3&n_layer=2&step=40&token=2&layer=1&head=3&autorun=1';
    const lab = await openLab(query);
    expect(lab.draft).toMatchObject({ pack: 'json', seed: '3', n_layer: 2 });
    expect(lab.selection).toMatchObject({ step: 40, token: 2, layer: 1, head: 3 });
    expect(lab).toMatchObject({ askToStart: true, url: query, runs: [] });
    expect(said(lab)).toEqual([]);
    lab.dismissAutorun();
    expect(lab.url).toBe(query.replace('&autorun=1', ''));
  });

  it('says every correction', async () => {
    const lab = await openLab('?learning_rate=7&colour=red');
    expect(said(lab)).toEqual([
      'link: needs the name of a setting, got "colour"; ignoring it',
      'learning_rate: needs a number above 0 and at most 1, got 7; using 1'
    ]);
    expect(lab.url).toBe('?learning_rate=1');
  });

  it('runs up to the step of the link and selects it, once', async () => {
    const lab = await openLab('?step=40&autorun=1');
    lab.start();
    expect(FakeWorker.all[0].commands).toEqual([{ type: 'run', steps: 40 }]);
    expect(lab.selection.step).toBe(40);
    expect(lab.askToStart).toBe(false);
    lab.start();
    expect(FakeWorker.all[1].commands).toEqual([{ type: 'run' }]);
    expect(lab.selection.step).toBeNull();
  });

  it('forgets the step of a link when the run would be another, but not with the engine', async () => {
    const lab = await openLab('?step=40');
    lab.change('engine', 'cpu');
    expect(lab.selection.step).toBe(40);
    lab.change('seed', '1');
    expect(lab.selection.step).toBeNull();
    lab.start();
    expect(FakeWorker.all[0].commands).toEqual([{ type: 'run' }]);
  });

  it('leaves the place out of the address while the form is not the shown run', async () => {
    const lab = await openLab('?pack=json');
    lab.start();
    begin(lab);
    Object.assign(lab.selection, { step: 5, token: 1 });
    expect(lab.url).toBe('?pack=json&step=5&token=1');
    lab.change('seed', '1');
    expect(lab.url).toBe('?pack=json&seed=1');
    const hash = lab.corpus!.hash.slice(0, 12);
    expect(lab.shareLink()).toBe(
      `https://lab.example/base/?pack=json&step=5&token=1&corpus=${hash}`
    );
  });

  it('shares the draft where there is no run', async () => {
    const lab = await openLab('?pack=json&token=1');
    const hash = lab.corpus!.hash.slice(0, 12);
    expect(lab.shareLink()).toBe(`https://lab.example/base/?pack=json&token=1&corpus=${hash}`);
    const again = await openLab(new URL(lab.shareLink()).search);
    expect(said(again)).toEqual([]);
  });

  it('notices that the text is not the one of the link', async () => {
    const lab = await openLab('?pack=json&corpus=0123456789ab');
    const got = lab.corpus!.hash.slice(0, 12);
    expect(said(lab)).toEqual([
      `corpus: needs the text 0123456789ab of the link, got ${got}; the run will differ from the shared one`
    ]);
    expect(lab.url).toContain('corpus=0123456789ab');
    await lab.choosePack('regex');
    expect(lab.url).toBe('?pack=regex');
  });

  it('says that an upload lies in another browser', async () => {
    const lab = await openLab('?pack=upload:0123456789ab&seed=3');
    expect(said(lab)).toEqual([
      'pack: needs a text that this browser keeps, got upload:0123456789ab; using names'
    ]);
    expect(lab.draft).toMatchObject({ pack: 'names', seed: '3' });
    expect(lab.corpusState).toBe('ready');
  });

  it('finds an upload that this browser keeps', async () => {
    const shelf = new MemoryShelf();
    const before = await openLab('', shelf);
    await before.upload('one\ntwo');
    const after = await openLab(before.url, shelf);
    expect(after.corpus).toEqual(before.corpus);
    expect(said(after)).toEqual([]);
  });
});

describe('traces', () => {
  it('exports a run and imports it again, to be looked at', async () => {
    vi.mocked(performance.now).mockRestore();
    stubWorker(TrainingWorker);
    const lab = await openLab('?pack=json&engine=cpu&n_embd=4&n_head=1&block_size=8&num_steps=20');
    expect(lab.exportTrace()).toBeNull();
    const run = lab.start()!;
    await vi.waitFor(() => expect(run.snapshot.status).toBe('completed'), 10_000);
    const { blob, fileName } = lab.exportTrace()!;
    expect(fileName).toBe('microgpt-json-step20.json');
    const other = await openLab();
    const trace = await other.importTrace(new File([blob], fileName));
    expect(said(other)).toEqual([]);
    expect(other.current).toBe(trace);
    expect(trace).toMatchObject({ readOnly: true, ended: true });
    expect(trace!.snapshot.curves).toEqual(run.snapshot.curves);
    expect(FakeWorker.all).toHaveLength(1);
  });

  it('says why a file is refused, and opens nothing', async () => {
    const lab = await openLab();
    expect(await lab.importTrace(new File(['{}'], 'a.json'))).toBeNull();
    expect(said(lab)[0]).toMatch(/^trace: needs /);
    expect(lab.runs).toEqual([]);
  });

  it('refuses a trace beside three runs', async () => {
    const lab = await openLab();
    for (let n = 0; n < 3; n += 1) lab.start();
    expect(await lab.importTrace(new File(['{}'], 'a.json'))).toBeNull();
    expect(said(lab)).toEqual([
      'runs: needs at most 3 open at once, got one more; close one first'
    ]);
  });
});
