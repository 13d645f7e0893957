/** Appends to one SourceBuffer in order, and trims it. SourceBuffer takes one operation at a time; this is its queue. */

type Job = () => void;

export class BufferQueue {
  #buffer: SourceBuffer;
  #jobs: Job[] = [];
  #closed = false;
  /** Called each time an operation has ended. */
  onchange: () => void = () => undefined;
  /** Called when the browser takes no more; `makeRoom` or a fresh MediaSource is the answer. */
  onfull: () => void = () => undefined;

  constructor(buffer: SourceBuffer) {
    this.#buffer = buffer;
    buffer.addEventListener('updateend', () => {
      this.onchange();
      this.#next();
    });
  }

  get buffered(): TimeRanges | null {
    try {
      return this.#buffer.buffered;
    } catch {
      return null; // removed from its MediaSource
    }
  }

  get busy(): boolean {
    return this.#buffer.updating || this.#jobs.length > 0;
  }

  get waiting(): number {
    return this.#jobs.length;
  }

  append(data: BufferSource): void {
    this.#push(() => this.#buffer.appendBuffer(data));
  }

  /** Where media time zero lies on the element's time line, in seconds. */
  offset(seconds: number): void {
    this.#push(() => {
      if (this.#buffer.timestampOffset !== seconds) this.#buffer.timestampOffset = seconds;
    });
  }

  type(mime: string): void {
    this.#push(() => this.#buffer.changeType(mime));
  }

  remove(from: number, to: number): void {
    this.#push(() => {
      if (to > from) this.#buffer.remove(from, to);
    });
  }

  /** Drop the past up to `before` seconds ahead of everything that waits; where there is none, try again soon. */
  makeRoom(before: number): void {
    const ranges = this.buffered;
    if (ranges?.length && ranges.start(0) < before - 0.5) {
      this.#jobs.unshift(() => this.#buffer.remove(0, before));
      this.#next();
    } else window.setTimeout(() => this.#next(), 500);
  }

  /** Forget what waits and reset the parser: the next append starts a fresh fragment. */
  reset(): void {
    this.#jobs = [];
    this.#push(() => this.#buffer.abort());
  }

  /** Resolves when everything pushed so far is done. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.#push(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#jobs = [];
  }

  #push(job: Job): void {
    if (this.#closed) return;
    this.#jobs.push(job);
    this.#next();
  }

  #next(): void {
    while (!this.#closed && !this.#buffer.updating) {
      const job = this.#jobs.shift();
      if (!job) return;
      try {
        job();
      } catch (error) {
        if (error instanceof DOMException && error.name === 'QuotaExceededError') {
          this.#jobs.unshift(job);
          this.onfull();
          return;
        }
        if (error instanceof DOMException && error.name === 'InvalidStateError') {
          this.close(); // the MediaSource was closed under us: its owner starts another
          return;
        }
        throw error;
      }
    }
  }
}

/** One array of several: one append costs less than many. */
export function joined(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
