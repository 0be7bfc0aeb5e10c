import type { Page } from '@playwright/test';

/**
 * Texts of a panel that lie over each other, as sentences. A text is a run of characters that is seen: not scrolled
 * out of sight, not for screen readers only, not in a closed popover, and not on a picture.
 */
export function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const panel of document.querySelectorAll('section.panel')) {
      const texts: { text: string; box: DOMRect }[] = [];
      const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement!;
        if (walker.currentNode.nodeValue!.trim() === '' || !parent.checkVisibility()) continue;
        if (parent.closest('.visually-hidden, svg, canvas, select, [popover]')) continue;
        // Where tabs stand for a title.
        if (getComputedStyle(parent).clipPath === 'inset(50%)') continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const clip = parent.closest('[role=group], .body, .scroll') ?? panel;
        const seen = clip.getBoundingClientRect();
        for (const box of range.getClientRects()) {
          if (box.bottom > seen.bottom || box.top < seen.top) continue;
          texts.push({ text: walker.currentNode.nodeValue!.trim(), box });
        }
      }
      // Lines of one text come close: half of a line's height may be shared, as with tall letters.
      texts.forEach((a, i) => {
        for (const b of texts.slice(i + 1)) {
          const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
          const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
          const least = Math.min(a.box.height, b.box.height);
          if (across > 1.5 && down > 0.4 * least) found.push(`“${a.text}” lies over “${b.text}”`);
        }
      });
    }
    return found;
  });
}

/** Texts that end where they are not seen: behind the edge of their own box, or of what they stand in. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const selector = 'button, dt, dd, h1, h2, h3, p, label, li, td, th, figcaption, a';
    const isCut = (element: HTMLElement) => {
      const { scrollWidth, clientWidth } = element;
      const { overflowX, textOverflow } = getComputedStyle(element);
      if (textOverflow === 'ellipsis' || scrollWidth <= clientWidth + 1) return false;
      if (overflowX !== 'visible') return true;
      const around = element.closest('section.panel, main')!.getBoundingClientRect();
      return element.getBoundingClientRect().left + scrollWidth > around.right;
    };
    // The mark of a term is larger to a finger than to the eye.
    return [...document.querySelectorAll<HTMLElement>(`main :is(${selector}):not(.mark)`)]
      .filter((element) => element.checkVisibility() && !element.closest('.visually-hidden'))
      .filter((element) => element.clientWidth > 0 && isCut(element))
      .map((element) => `${element.tagName}: ${element.textContent.trim().slice(0, 60)}`);
  });
}

/** How wide the boxes of the loss panel's numbers are, by name. */
export function numberWidths(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll('section.panel dl > div')].map((box) => [
      box.querySelector('dt')!.textContent,
      Math.round(box.getBoundingClientRect().width)
    ]);
    return Object.fromEntries(boxes) as Record<string, number>;
  });
}

/** Controls met by Tab that show no ring, of the first so many. */
export async function ringless(page: Page, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < count; i++) {
    await page.keyboard.press('Tab');
    const lacking = await page.evaluate(() => {
      const focused = document.activeElement!;
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      const isRinged = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      return isRinged || focused === document.body ? null : focused.outerHTML.slice(0, 90);
    });
    if (lacking) found.push(lacking);
  }
  return found;
}
