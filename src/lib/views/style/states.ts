import { emptySnapshot, type Curves, type Snapshot } from '../../run/snapshot';
import type { SettingKey } from '../../run/settingsTable';
import { pulseOf } from '../pulse';

export type StateName =
  | 'empty'
  | 'opening'
  | 'running'
  | 'paused'
  | 'finished'
  | 'failed'
  | 'canceled'
  | 'imported'
  | 'noWebGPU'
  | 'noWebGL'
  | 'lostDevice';

/** How a run looks in one of its states. */
export interface RunState {
  readonly says: string;
  readonly snapshot: Snapshot;
  readonly readOnly?: boolean;
  /** Whether the browser has no GPU for the page. */
  readonly noAdapter?: boolean;
  /** Why the browser draws no scene. */
  readonly sceneRefusal?: string;
}

const NO_ADAPTER = 'WebGPU: needs a browser that has it, got none';
const LOST =
  'WebGPU device: needs to stay open, got lost: A valid external Instance reference no longer exists.';

/** Every state that a run can be seen in, all cut from one run that was trained to its end. */
export function runStates(finished: Snapshot): Readonly<Record<StateName, RunState>> {
  const started = cutAt(finished, 0, 'paused');
  const stepTime = pulseOf(finished.settings!.n_layer, finished.times).total;
  const stepsPerSecond = stepTime && 1000 / stepTime;
  return {
    empty: { says: 'Started, and no step done.', snapshot: started },
    opening: { says: 'The worker has not answered yet.', snapshot: emptySnapshot },
    running: {
      says: 'In the middle of training.',
      snapshot: { ...cutAt(finished, 20, 'running'), until: 36, stepsPerSecond }
    },
    paused: { says: 'Waiting at a step.', snapshot: cutAt(finished, 20, 'paused') },
    finished: { says: 'All steps done.', snapshot: finished },
    failed: {
      says: 'Ended by what it could not do.',
      snapshot: {
        ...cutAt(finished, 13, 'failed'),
        error: 'run: needs a finite loss, got NaN at step 14; try a smaller learning_rate than 0.01'
      }
    },
    canceled: { says: 'Ended by the reader.', snapshot: cutAt(finished, 20, 'canceled') },
    imported: {
      says: 'A trace: to be looked at, not trained.',
      snapshot: finished,
      readOnly: true
    },
    noWebGPU: {
      says: 'No GPU to use, so the CPU computes and the page says so.',
      snapshot: {
        ...cutAt(finished, 20, 'paused'),
        notices: [`The GPU cannot be used (${NO_ADAPTER}), so the CPU computes.`]
      },
      noAdapter: true
    },
    noWebGL: {
      says: 'No WebGL to draw the scene with, so the heatmaps stand in its place.',
      snapshot: cutAt(finished, 20, 'paused'),
      sceneRefusal: 'Error creating WebGL context.'
    },
    lostDevice: {
      says: 'The GPU went away in mid-run, and the CPU went on.',
      snapshot: {
        ...cutAt(finished, 20, 'running'),
        notices: [`The GPU failed (${LOST}), so the CPU goes on from step 12.`],
        ...{ until: 36, stepsPerSecond }
      }
    }
  };
}

export type SetupStateName = 'first' | 'yourText' | 'refused' | 'fromLink';

/** How the form looks in one of its states. */
export interface SetupState {
  readonly says: string;
  /** The query that it is opened with. */
  readonly link: string;
  /** What is then typed into its fields. */
  readonly typed?: readonly (readonly [SettingKey, string])[];
  /** Files that are dropped on it: name and text. */
  readonly files?: readonly (readonly [string, string])[];
}

export const setupStates: Readonly<Record<SetupStateName, SetupState>> = {
  first: { says: 'As a newcomer finds it.', link: '?pack=json' },
  yourText: {
    says: 'With a text of the reader’s own, most of whose lines are too long.',
    link: '?block_size=8',
    files: [['rivers.txt', 'Donau, Inn, Isar\nRhein, Main, Mosel\nElbe, Saale\nOder\n']]
  },
  refused: {
    says: 'With settings, and files, that cannot be.',
    link: '?pack=arithmetic&seed=yes',
    typed: [['num_steps', 'many']],
    files: [
      ['page.html', 'a'],
      ['empty.txt', ' \n ']
    ]
  },
  fromLink: {
    says: 'From a link that asks to start at once.',
    link: '?pack=chess_pgn&autorun=1'
  }
};

/** A run as it was after so many steps. */
export function cutAt(snapshot: Snapshot, step: number, status: Snapshot['status']): Snapshot {
  return {
    ...snapshot,
    ...{ status, step, until: step },
    curves: cutCurves(snapshot.curves, step),
    frames: snapshot.frames.filter((frame) => frame.step <= step),
    samples: snapshot.samples.filter((set) => set.step <= step),
    times: step === 0 ? null : snapshot.times
  };
}

function cutCurves(curves: Curves, step: number): Curves {
  const cutAll = ({ embeddings, attention, mlp, lm_head }: Curves['gradient_norms']) => ({
    embeddings: embeddings.slice(0, step),
    attention: attention.slice(0, step),
    mlp: mlp.slice(0, step),
    lm_head: lm_head.slice(0, step)
  });
  return {
    loss: curves.loss.slice(0, step),
    learning_rate: curves.learning_rate.slice(0, step),
    gradient_norms: cutAll(curves.gradient_norms),
    update_norms: cutAll(curves.update_norms)
  };
}
