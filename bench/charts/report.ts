import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { median } from '../../src/lib/run/median';
import { crossingOf, type Crossing } from '../../src/lib/run/speed/scaling';
import { sharesOf } from '../rates';
import type { Results } from '../results';
import { axes, inWords, pointsOf, scaledEngines, type Axis, type Scaling } from '../scaling';
import { notesOf, type Row } from '../table';
import { barChart } from './bars';
import { lineChart } from './lines';
import { escape, inDigits } from './svg';

/** A page that needs nothing else: what the last comparison and the last scaling have measured. */
export function reportPage(results: Results | null, scaling: Scaling | null): string {
  const style = [tokens, resolve(import.meta.dirname, 'report.css')].map((file) =>
    readFileSync(file, 'utf8')
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>microGPT Lab: how fast</title>
<style>${style.join('\n')}</style>
<main>
<h1>How fast a training step is</h1>
<p>A step is the forward pass, the backward pass and Adam. Everybody begins with the same weights and batches and takes
turns within one run; the losses of the first steps agree. Green bars are engines of this lab.</p>
${results ? comparison(results) : ''}
${scaling ? scalingSection(scaling) : ''}
</main>
`;
}

const tokens = resolve(import.meta.dirname, '../../src/lib/views/styles/tokens.css');

const titles: Readonly<Record<string, string>> = {
  W1: 'W1: preset microgpt on names',
  max: 'max: preset max on names',
  W2: 'W2: preset max, one document of 64 tokens',
  W3: 'W3: preset max, 32 documents of 64 tokens'
};

function comparison(results: Results): string {
  const { rows } = results;
  const trained = rows.filter(({ traced }) => !traced);
  const workloads = [...new Set(trained.map(({ workload }) => workload))];
  const traced = rows.filter((row) => row.traced);
  return [
    ...workloads.map((name) => workloadSection(name, trained)),
    ...(traced.length > 0 ? [tracedSection(traced)] : []),
    ratesSection(results),
    `<h2>What a page must load</h2>`,
    table(
      ['', 'kB, compressed'],
      Object.entries(results.bytes).map(([name, kB]) => [name, String(kB)])
    ),
    circumstances(results)
  ].join('\n');
}

function workloadSection(workload: string, rows: readonly Row[]): string {
  const present = rows
    .filter((row) => row.workload === workload)
    .sort((a, b) => median(a.times) - median(b.times));
  const [fastest] = present.filter(({ ours }) => ours);
  const best = median(fastest.times);
  const bars = present.map((row) => {
    const value = median(row.times);
    const [least, most] = [Math.min(...row.times), Math.max(...row.times)];
    const isBest = row === fastest;
    const remark = isBest ? '' : `${inDigits(value / best)} × ${nameOf(fastest)}`;
    return { name: nameOf(row), isOurs: row.ours, value, least, most, remark };
  });
  return `<section><h2>${titles[workload]}</h2>
<p>Milliseconds per step on a logarithmic scale: less is better. The thin line is the range of the rounds.</p>
<div class="scroll">${barChart(`Milliseconds per step of ${workload}`, bars)}</div>
${notesSection(present)}
<details><summary>Table</summary>${table(
    ['', 'median ms', 'least', 'most', 'steps/s', 'first step, ms'],
    present.map((row) => [
      nameOf(row),
      ...[median(row.times), Math.min(...row.times), Math.max(...row.times)].map(inDigits),
      inDigits(1000 / median(row.times)),
      Number.isFinite(row.opened) ? inDigits(row.opened) : '—'
    ])
  )}</details></section>`;
}

/** Each note once, with those that it is about. */
function notesSection(rows: readonly Row[]): string {
  const about = new Map<string, string[]>();
  for (const row of rows) {
    for (const note of notesOf(row)) about.set(note, [...(about.get(note) ?? []), nameOf(row)]);
  }
  return [...about]
    .map(([note, names]) => `<p class="note">${escape(`${names.join('; ')}: ${note}`)}.</p>`)
    .join('\n');
}

const nameOf = ({ name, short }: Row) => short ?? name;

function tracedSection(rows: readonly Row[]): string {
  const cells = rows.map(({ workload, name, times, opened }) => [
    `${workload}, ${name.split(',')[0]}`,
    inDigits(median(times)),
    inDigits(opened)
  ]);
  return `<section><h2>A step opened</h2>
<p>Traced operation by operation, with every value and every gradient kept, as the lab does when a step is opened.</p>
${table(['', 'median ms', 'first, ms'], cells)}</section>`;
}

function ratesSection(results: Results): string {
  const kernels = results.rates.map(({ sizes: { M, K, N }, gflops }) => [
    `product ${M} × ${K} × ${N} alone`,
    inDigits(Math.max(...gflops)),
    ''
  ]);
  const steps = sharesOf(results).map(({ workload, name, gflops, share }) => [
    `${workload}, ${name.split(', Chromium')[0]}${/, \d+ workers/.exec(name)?.[0] ?? ''}`,
    inDigits(gflops),
    `${Math.round(100 * share)} %`
  ]);
  return `<section><h2>How near the machine’s own rate</h2>
<p>Our WASM SIMD product kernel alone, on one core, and whole steps of simd beside it, each in its best round: their share
of the most that the kernel reached, times the workers.</p>
${table(['', 'GFLOP/s', 'share'], [...kernels, ...steps])}</section>`;
}

function scalingSection(scaling: Scaling): string {
  const charts = (Object.keys(axes) as Axis[]).map((axis) => {
    const points = pointsOf(scaling, axis);
    const lines = scaledEngines.map((name) => ({
      name,
      className: name,
      values: points.map(({ times }) => 1000 / median(times[name]))
    }));
    const about = { label: axis, unit: 'Steps per second', places: axes[axis] };
    return `<figure>${lineChart(about, lines)}</figure>`;
  });
  const rows = scaling.points.map(({ sizes, flopsPerStep, times }) => [
    inWords(sizes),
    inDigits(flopsPerStep / 1e6),
    ...scaledEngines.map((name) => inDigits(1000 / median(times[name])))
  ]);
  return `<section><h2>As the work grows</h2>
<p>Steps per second, both scales logarithmic, one size changed at a time: the others are those of W2 (n_layer 2,
n_embd 64, 4 heads, block_size 64, batch_size 1), documents as long as the context. simd shares batches out to as many
workers as there are cores.</p>
<div class="charts">${charts.join('\n')}</div>
${crossings(scaling)}
<details><summary>Table</summary>${table(['', 'MFLOP a step', ...scaledEngines], rows)}</details>
${circumstances(scaling)}</section>`;
}

/** Who overtakes whom, by the size of a step. */
function crossings({ points, devices }: Scaling): string {
  const bySize = [...points].sort((a, b) => a.flopsPerStep - b.flopsPerStep);
  const sentences = (['simd', 'cpu'] as const).map((slow) => {
    const sizes = bySize.map(({ flopsPerStep, times }) => ({
      case: { flopsPerStep },
      simd: median(times[slow]),
      gpu: median(times.gpu)
    }));
    return `<p>${inSentence(crossingOf(sizes)!, slow)}</p>`;
  });
  return `${sentences.join('\n')}\n<p class="note">gpu is ${escape(devices.gpu)} here.</p>`;
}

function inSentence(crossing: Crossing, slow: string): string {
  const mega = (flops: number) => `${inDigits(flops / 1e6)} MFLOP`;
  switch (crossing.kind) {
    case 'crossing':
      return `gpu overtakes ${slow} at steps of about ${mega(crossing.at)}.`;
    case 'cpu':
      return `${slow} is faster than gpu at every size measured, up to ${mega(crossing.to)}.`;
    case 'gpu':
      return `gpu is faster than ${slow} at every size measured, from ${mega(crossing.from)} on.`;
    case 'mixed':
      return `gpu is faster than ${slow} at some sizes: ${crossing.gpu.map(mega).join(', ')}.`;
  }
}

function circumstances({ date, machine, rounds, load }: Results | Scaling): string {
  const loads = load.map((one) => one.toFixed(1)).join(' to ');
  return `<p class="note">${date}, ${escape(machine)}, ${rounds} rounds; load average ${loads}.</p>`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((text) => `<th scope="col">${escape(text)}</th>`).join('');
  const body = rows.map(([name, ...cells]) => {
    const numbers = cells.map((cell) => `<td>${escape(cell)}</td>`).join('');
    return `<tr><th scope="row">${escape(name)}</th>${numbers}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}
