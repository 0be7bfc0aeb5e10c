/** What a key asks for in the scene: of the selection, or of the camera. */
export type SceneMove =
  | { readonly token: 'previous' | 'next' | 'first' | 'last' }
  | { readonly head: 'previous' | 'next' }
  | { readonly release: true };

export type SceneAction =
  | SceneMove
  | { readonly turn: readonly [azimuth: number, elevation: number] }
  | { readonly zoom: number }
  | { readonly fit: true };

/** Radians for one press. */
const TURN = 0.12;

const plain: Readonly<Record<string, SceneAction>> = {
  ArrowLeft: { token: 'previous' },
  ArrowRight: { token: 'next' },
  Home: { token: 'first' },
  End: { token: 'last' },
  ArrowUp: { head: 'next' },
  ArrowDown: { head: 'previous' },
  Escape: { release: true },
  '+': { zoom: 1 / 1.15 },
  '=': { zoom: 1 / 1.15 },
  '-': { zoom: 1.15 },
  '0': { fit: true }
};

const shifted: Readonly<Record<string, SceneAction>> = {
  ArrowLeft: { turn: [-TURN, 0] },
  ArrowRight: { turn: [TURN, 0] },
  ArrowUp: { turn: [0, TURN] },
  ArrowDown: { turn: [0, -TURN] },
  '+': plain['+']
};

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** The action of a key press, or null. */
export function sceneKey({ key, shiftKey, ctrlKey, metaKey, altKey }: Key): SceneAction | null {
  if (ctrlKey || metaKey || altKey) return null;
  return (shiftKey ? shifted : plain)[key] ?? null;
}
