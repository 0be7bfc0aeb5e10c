import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildCorpus, type Corpus } from '../../src/lib/run/corpus';
import { defaultSettings, presetSettings } from '../../src/lib/run/settings';
import { FakeWorker, stubWorker, TrainingWorker } from './fakeWorker';
import { begin, openLab, said, stubBrowser } from './labStage';

let clock: ReturnType<typeof stubBrowser>;
beforeEach(() => (clock = stubBrowser()));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

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
    const regex = await lab.corpora.corpus('regex');
    let finish!: (corpus: Corpus) => void;
    const json = new Promise<Corpus>((resolve) => (finish = resolve));
    vi.spyOn(lab.corpora, 'corpus').mockReturnValueOnce(json);
    const slow = lab.choosePack('json');
    expect(lab).toMatchObject({ corpus: null, corpusState: 'loading', canStart: false });
    await lab.choosePack('regex');
    finish(buildCorpus('json', 'JSON', '{}'));
    await slow;
    expect(lab.corpus).toBe(regex);
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
    clock.mockReturnValue(5000);
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

  it('does not compare runs on different texts', async () => {
    const lab = await openLab('?engine=cpu');
    lab.start();
    begin(lab);
    lab.change('engine', 'gpu');
    vi.spyOn(lab.corpora, 'fetchNames').mockResolvedValue(true);
    vi.spyOn(lab.corpora, 'corpus').mockResolvedValue(buildCorpus('names', 'Names', 'emma'));
    await lab.fetchNames();
    lab.start();
    begin(lab);
    expect(lab.current!.snapshot.engine).toBe('gpu');
    expect(lab.twin).toBeNull();
  });

  it('estimates what it has measured', async () => {
    clock.mockImplementation(() => Date.now());
    stubWorker(TrainingWorker);
    const lab = await openLab('?pack=json&engine=cpu&num_steps=2000&sample_count=1');
    expect(lab.expectedSeconds('cpu')).toBeNull();
    const run = lab.start()!;
    await vi.waitFor(() => {
      expect(run.speeds.cpu).toBeGreaterThan(0);
      expect(run.snapshot.step).toBeGreaterThanOrEqual(20);
    }, 10_000);
    run.command({ type: 'cancel' });
    await vi.waitFor(() => expect(run.ended).toBe(true), 10_000);
    expect(lab.expectedSeconds('cpu')).toBeCloseTo(2000 / run.speeds.cpu!, 6);
    expect(lab.expectedSeconds('gpu')).toBeNull();
  }, 20_000);

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
    ['gpu', 'simd'],
    ['simd', 'gpu'],
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
    expect(lab.draft.engine).toBe('simd');
  });

  it('goes to the engine that is named', async () => {
    const lab = await openLab('?engine=gpu');
    lab.switchEngine('cpu');
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
