import { placeNames, views, type PlaceName } from './places';

/** How the reader has arranged the screen: which view each place shows, and which place is enlarged. */
export class Screen {
  /** Why there can be no scene; '' while none was refused. Assign to it. */
  sceneRefusal = $state('');
  #enlarged = $state<PlaceName | null>(null);
  #shown = $state<Record<string, string>>({});

  get enlarged(): PlaceName | null {
    return this.#enlarged;
  }

  /** Enlarges a place, or brings the enlarged one back. */
  toggle(place: PlaceName): void {
    this.#enlarged = this.#enlarged === null ? place : null;
  }

  /** Brings the enlarged place back; false if there is none. */
  restore(): boolean {
    const wasEnlarged = this.#enlarged !== null;
    this.#enlarged = null;
    return wasEnlarged;
  }

  /** Whether something else covers a place, so that it must not be reached. */
  covers(place: PlaceName): boolean {
    return this.#enlarged !== null && this.#enlarged !== place && place !== 'spine';
  }

  /** The view that a place shows. */
  view(place: PlaceName): string {
    return this.#shown[place] ?? views[place][0].id;
  }

  show(place: PlaceName, view: string): void {
    this.#shown[place] = view;
  }

  /** Shows the view after the present one. */
  turn(place: PlaceName): void {
    const all = views[place];
    const now = all.findIndex(({ id }) => id === this.view(place));
    this.show(place, all[(now + 1) % all.length].id);
  }

  /** The place that an element lies in, or null. */
  placeOf(element: Element | null): PlaceName | null {
    const name = element?.closest<HTMLElement>('[data-place]')?.dataset.place;
    return placeNames.find((place) => place === name) ?? null;
  }
}
