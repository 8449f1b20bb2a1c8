// The page's texts: one file a language, all with the keys of the English one. The browser chooses; only that one is loaded.

import type english from "./en.json";

export type Texts = typeof english;

const LANGUAGES: Record<string, () => Promise<{ default: Texts }>> = {
  en: () => import("./en.json"),
  de: () => import("./de.json"),
};

export const language =
  navigator.languages.map((each) => each.toLowerCase().split("-")[0]!).find((each) => each in LANGUAGES) ?? "en";

export const texts = (await LANGUAGES[language]!()).default;

/** Put values into a text's {places}. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
