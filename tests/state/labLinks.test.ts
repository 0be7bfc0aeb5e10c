import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryShelf } from './browserStubs';
import { FakeWorker, stubWorker, TrainingWorker } from './fakeWorker';
import { begin, openLab, said, stubBrowser } from './labStage';

let clock: ReturnType<typeof stubBrowser>;
beforeEach(() => (clock = stubBrowser()));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('links', () => {
  it('restores everything and starts nothing', async () => {
    const query = '?pack=json&seed=3&n_layer=2&step=40&token=4&layer=1&head=3&autorun=1';
    const lab = await openLab(query);
    expect(lab.draft).toMatchObject({ pack: 'json', seed: '3', n_layer: 2 });
    expect(lab.selection).toMatchObject({ step: 40, token: 4, layer: 1, head: 3 });
    expect(lab).toMatchObject({ askToStart: true, url: query, runs: [] });
    expect(said(lab)).toEqual([]);
    lab.dismissAutorun();
    expect(lab.url).toBe(query.replace('&autorun=1', ''));
  });

  it('restores where a step is opened, and forgets it when the run would be another', async () => {
    const query =
      '?seed=3&step=40&page=checks&gradients_of=token%3A6&operation=layer0.q&cell=dlayer0.attn_wq%5B3%2C5%5D&stop=17&tab=weight&weight=wte%5B3%2C1%5D';
    const lab = await openLab(query);
    expect(lab.selection.opened).toEqual({
      page: 'checks',
      seed: { of: 'token', t: 6 },
      operation: 'layer0.q',
      cell: { tensor: 'layer0.attn_wq', aspect: 'gradient', index: [3, 5] },
      stop: 17,
      tab: 'weight',
      weight: { parameter: 'wte', row: 3, column: 1 }
    });
    expect(lab).toMatchObject({ url: query, runs: [] });
    lab.start();
    begin(lab);
    expect(FakeWorker.all[0].commands).toEqual([{ type: 'run', steps: 40 }]);
    expect(lab.selection.opened).not.toBeNull();
    expect(lab.shareLink()).toContain('&cell=dlayer0.attn_wq%5B3%2C5%5D&stop=17');
    lab.start();
    expect(lab.selection.opened).toBeNull();
    const other = await openLab(query);
    other.change('seed', '4');
    expect(other.selection.opened).toBeNull();
    expect(other.url).toBe('?seed=4');
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
    const elsewhere = await openLab('?pack=json', shelf);
    await vi.waitFor(() => expect(elsewhere.corpora.uploads).toEqual([before.corpus]));
  });
});

describe('traces', () => {
  it('exports a run and imports it again, to be looked at', async () => {
    clock.mockImplementation(() => Date.now());
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
  }, 20_000);

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
