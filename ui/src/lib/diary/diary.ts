/** The household's diary as this browser sees it: read, checked against what was kept, put together. */

import { api } from '../api/client';
import { Reading, type Item } from './entries';
import { Keeper, type Verdict } from './keeper';

export type { Item, Look, ActDone, Bare, Viewer, Viewed, Stretch } from './entries';
export type { Difference, Kept, Verdict } from './keeper';

export interface DiaryFilter {
  camera?: string;
  person?: string;
}

export const keeper = new Keeper(localStorage, {
  proof: async (old, size) => (await api.diaryProof(old, size)).proof,
});

/** Check that the diary still follows from what this browser kept: worth doing whenever the page opens. */
export async function checkDiary(): Promise<Verdict> {
  return keeper.check(await api.diaryCheckpoint());
}

/** One reading of the diary, page by page from the newest. Throws ApiError. */
export class DiaryReader {
  readonly #filter: DiaryFilter;
  readonly #reading = new Reading();
  #before: number | null = null;
  /** False when there is nothing older. */
  more = true;

  constructor(filter: DiaryFilter = {}) {
    this.#filter = filter;
  }

  async next(limit = 50): Promise<{ items: Item[]; verdict: Verdict }> {
    const before = this.#before;
    const page = await api.diary({ ...this.#filter, ...(before === null ? {} : { before }), limit });
    const whole = !this.#filter.camera && !this.#filter.person;
    const verdict = await keeper.checkPage(page, { whole, before });
    this.#before = page.next;
    this.more = page.next !== null;
    return { items: this.#reading.add(page.leaves), verdict };
  }
}
