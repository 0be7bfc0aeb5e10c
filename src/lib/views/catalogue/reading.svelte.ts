import type { Attachment } from 'svelte/attachments';

/** Which of several parts of a page is being read: the one that has been in the upper third of the window longest. */
export class Reading {
  #names = $state.raw<readonly string[]>([]);

  get current(): string | null {
    return this.#names[0] ?? null;
  }

  /** Tells when a part comes and goes. */
  watch(name: string): Attachment<HTMLElement> {
    return (part) => {
      const observer = new IntersectionObserver(
        ([{ isIntersecting }]) => this.#note(name, isIntersecting),
        { rootMargin: '0px 0px -67% 0px' }
      );
      observer.observe(part);
      return () => {
        observer.disconnect();
        this.#note(name, false);
      };
    };
  }

  #note(name: string, isInView: boolean): void {
    const others = this.#names.filter((other) => other !== name);
    this.#names = isInView ? [...others, name] : others;
  }
}
