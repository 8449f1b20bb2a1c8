// The page's texts: one file a language, all with the keys of the English one. The browser chooses.

import german from "./de.json";
import english from "./en.json";

export type Texts = typeof english;

const LANGUAGES: Record<string, Texts> = { en: english, de: german };

export const language =
  navigator.languages.map((each) => each.toLowerCase().split("-")[0]!).find((each) => each in LANGUAGES) ?? "en";

export const texts = LANGUAGES[language]!;

/** Put values into a text's {places}. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
