import { describe, expect, it } from 'vitest';
import { placeNames, tabAfter, views } from '../../src/lib/views/screen/places';
import { Screen } from '../../src/lib/views/screen/screen.svelte';

describe('the places of the screen', () => {
  it('each have a view, and no view twice', () => {
    const ids = placeNames.flatMap((place) => views[place].map(({ id }) => id));
    expect(placeNames.every((place) => views[place].length > 0)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowRight', 1, 0],
    ['ArrowLeft', 0, 1],
    ['Home', 1, 0],
    ['End', 0, 1],
    ['a', 0, null]
  ])('%s on tab %i of two leads to %s', (key, index, to) => {
    expect(tabAfter(key, index, 2)).toBe(to);
  });
});

describe('Screen', () => {
  it('enlarges one place at a time, and covers all others but the spine', () => {
    const screen = new Screen();
    expect(placeNames.some((place) => screen.covers(place))).toBe(false);
    screen.toggle('tokens');
    expect(screen.enlarged).toBe('tokens');
    expect(placeNames.filter((place) => !screen.covers(place))).toEqual(['tokens', 'spine']);
    screen.toggle('stage');
    expect(screen.enlarged).toBeNull();
  });

  it('says whether there was something to bring back', () => {
    const screen = new Screen();
    expect(screen.restore()).toBe(false);
    screen.toggle('stage');
    expect(screen.restore()).toBe(true);
    expect(screen.enlarged).toBeNull();
  });

  it('turns through the views of a place and comes back to the first', () => {
    const screen = new Screen();
    const shown = views.stage.map(() => {
      const view = screen.view('stage');
      screen.turn('stage');
      return view;
    });
    expect(shown).toEqual(views.stage.map(({ id }) => id));
    expect(screen.view('stage')).toBe(shown[0]);
    expect(screen.view('dock')).toBe(views.dock[0].id);
  });
});
