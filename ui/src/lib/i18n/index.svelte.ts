/** The page's words. A text holds `{name}` places; a plural is an object of `one` and `other`. */

import type { Text } from './text';
import { de, en, type Key } from './words';

export type { Key };
export type Language = 'en' | 'de';

const LANGUAGES = { en, de } as const satisfies Record<Language, Record<Key, Text>>;
const STORED = 'consentry.language';

function first(): Language {
  const wanted = localStorage.getItem(STORED) ?? navigator.language.slice(0, 2);
  return wanted === 'de' ? 'de' : 'en';
}

let current = $state<Language>(first());

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
