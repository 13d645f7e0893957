/** Pictures while scrubbing: one request at a time, always for the newest wish. */

import { url } from '../api/client';
import { SECOND } from '../time/zone';

const KEPT = 120;

export class Previews {
  /** Address of the newest loaded picture and the moment it was asked for. */
  shown = $state.raw<{ at_us: number; src: string } | null>(null);

  #camera: string;
  #width: number;
  #loading = false;
  #next: number | null = null;
  #cache = new Map<string, string>();

  constructor(camera: string, width: number) {
    this.#camera = camera;
    this.#width = width;
  }

  /** Show the moment `at_us` of a recording that began at `from_us`. */
  want(at_us: number, from_us: number): void {
    // A second is finer than key frames are apart; what was shown before need not be asked for again.
    this.#next = Math.max(Math.floor(at_us / SECOND) * SECOND, from_us);
    if (!this.#loading) void this.#work();
  }

  forget(): void {
    this.#next = null;
    this.shown = null;
  }

  async #work(): Promise<void> {
    this.#loading = true;
    while (this.#next !== null) {
      const at_us = this.#next;
      this.#next = null;
      const src = url.preview(this.#camera, at_us, this.#width);
      if (this.#cache.has(src) || (await loaded(src))) {
        this.#remember(src);
        this.shown = { at_us, src };
      }
    }
    this.#loading = false;
  }

  #remember(src: string): void {
    this.#cache.delete(src);
    this.#cache.set(src, src);
    const oldest = this.#cache.keys().next().value;
    if (this.#cache.size > KEPT && oldest) this.#cache.delete(oldest);
  }
}

function loaded(src: string): Promise<boolean> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
    image.src = src;
  });
}
