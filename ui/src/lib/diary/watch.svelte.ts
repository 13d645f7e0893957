/** What this browser found last about the diary: shown above every page when its history was rewritten. */

import { checkDiary, keeper, type Verdict } from './diary';

let verdict = $state.raw<Verdict | null>(null);

export const diaryWatch = {
  get verdict(): Verdict | null {
    return verdict;
  },
  /** Check again; while the hub cannot be reached, what was found stays. */
  async look(): Promise<void> {
    const found = await checkDiary().catch(() => null);
    if (found && found.state !== 'unverifiable') verdict = found;
  },
  /** Take what a page of the diary showed. */
  found(shown: Verdict): void {
    if (shown.state === 'rewritten' || verdict === null) verdict = shown;
  },
  /** Go on from the diary as it is now. */
  async accept(): Promise<void> {
    keeper.forget();
    verdict = null;
    await this.look();
  },
};
