/** The page's words. A text holds `{name}` places; a plural is an object of `one` and `other`. */

import type { Text } from './text';
import { de, en, type Key } from './words';

export type { Key };
export type Language = 'en' | 'de';

const LANGUAGES = { en, de } as const satisfies Record<Language, Record<Key, Text>>;
const STORED = 'consentry.language';

/** What this browser's person chose or reads, as far as we have it. */
function preferred(): Language | undefined {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages];
  return wanted
    .map((tag) => tag?.slice(0, 2))
    .find((tag): tag is Language => tag === 'de' || tag === 'en');
}

let current = $state<Language>(preferred() ?? 'en');
document.documentElement.lang = preferred() ?? 'en';

export const language = {
  get current(): Language {
    return current;
  },
  /** The locale for dates and numbers: the browser's own where it fits the language. */
  get locale(): string {
    return (
      navigator.languages.find((tag) => tag.startsWith(current)) ??
      (current === 'en' ? 'en-GB' : current)
    );
  },
  /** The house's language, for whoever prefers none of ours. */
  suggest(wanted: string): void {
    if (!preferred()) this.choose(wanted);
  },
  choose(wanted: string): void {
    current = wanted === 'de' ? 'de' : 'en';
    localStorage.setItem(STORED, current);
    document.documentElement.lang = current;
  },
};

/** Say something. `count` picks the plural form and fills `{count}`. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text: Text = LANGUAGES[current][key];
  let chosen: string;
  if (typeof text === 'string') chosen = text;
  else {
    const form = new Intl.PluralRules(current).select(Number(values['count'] ?? 0));
    chosen = form === 'one' ? text.one : text.other;
  }
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Is there a text of that name? For codes the hub sends. */
export function known(key: string): key is Key {
  return key in en;
}
