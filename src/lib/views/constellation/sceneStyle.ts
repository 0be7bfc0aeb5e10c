import { noPin, type Filter, type Pin } from './emphasis';

/** What the reader has chosen to see of a picture. */
export interface SceneStyle {
  readonly threshold: number;
  readonly filter: Filter;
  readonly pin: Pin;
  /** Whether the keyboard works in the scene. */
  readonly focused: boolean;
}

export const emptyStyle: SceneStyle = {
  threshold: 0,
  filter: { layers: [], heads: [] },
  pin: noPin,
  focused: false
};
