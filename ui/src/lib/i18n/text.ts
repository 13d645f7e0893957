/** What a text is: words with `{name}` places, or a plural of `one` and `other`. */

export type Text = string | { one: string; other: string };
export type Texts = Record<string, Text>;
/** The same keys in another language; the type checker sees to it that none is missing. */
export type Translation<English extends Texts> = Record<keyof English, Text>;
