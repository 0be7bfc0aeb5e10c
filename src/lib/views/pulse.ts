import type { StageTimes } from '../run/protocol';

/** One stage of a step and what it takes, in ms per step; null where it was not timed. */
export interface PulseStage {
  readonly stage: string;
  readonly title: string;
  readonly forward: number | null;
  readonly backward: number | null;
}

export interface Pulse {
  readonly stages: readonly PulseStage[];
  readonly adam: number | null;
  /** Of a whole step. */
  readonly total: number | null;
}

/** The stages of a step in forward order, by the names of the program. */
export function stageNames(n_layer: number): string[] {
  const layers = Array.from({ length: n_layer }, (_, l) => [
    `layer${l}.attention`,
    `layer${l}.mlp`
  ]);
  return ['embedding', ...layers.flat(), 'head', 'loss'];
}

export function pulseOf(n_layer: number, times: StageTimes | null): Pulse {
  const each = (ms: number | undefined) =>
    ms === undefined || times === null || times.steps === 0 ? null : ms / times.steps;
  const stages = stageNames(n_layer).map((stage) => ({
    stage,
    title: titleOf(stage),
    forward: each(times?.forward[stage]),
    backward: each(times?.backward[stage])
  }));
  const adam = each(times?.adam);
  const timed = [adam, ...stages.flatMap(({ forward, backward }) => [forward, backward])];
  const known = timed.filter((ms) => ms !== null);
  return { stages, adam, total: known.length > 0 ? known.reduce((sum, ms) => sum + ms, 0) : null };
}

/** Share of a step, 0 where it is not known. */
export function shareOf(ms: number | null, { total }: Pulse): number {
  return ms === null || !total ? 0 : ms / total;
}

function titleOf(stage: string): string {
  const [layer, part] = stage.split('.');
  if (part === undefined) return stage;
  return `${part === 'mlp' ? 'MLP' : part} ${layer.replace('layer', '')}`;
}
