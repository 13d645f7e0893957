/** Copying for people: not every browser lets a page do it, and none does on plain HTTP. */

import { t } from '../i18n/index.svelte';
import { toasts } from './toasts.svelte';

/** Copy the text and say `done`, or say how to copy it by hand. */
export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.done(done);
  } catch {
    toasts.done(t('share.copy_by_hand'));
  }
}
