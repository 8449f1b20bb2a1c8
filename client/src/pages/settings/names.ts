// Names of settings, tables and values, in a file of their own, as the live page shows none of them.

import german from "../../language/setting_names.de.json";
import english from "../../language/setting_names.en.json";
import { fill, language, texts } from "../../language/language";

const names: Record<keyof typeof english, Record<string, string>> = language === "de" ? german : english;

/** The key with `*` in place of an athlete's id or a pattern's name. */
export function generalKey(key: string): string {
  return key.replace(/^(athletes|alerts\.patterns)\.[^.]+\./, "$1.*.");
}

export function settingName(key: string): string {
  return names.settings[generalKey(key)] ?? key;
}

export function tableName(key: string): string {
  return names.tables[key] ?? names.settings[key] ?? key;
}

/** with the table's name before it */
export function fullName(key: string): string {
  const table = key.split(".").slice(0, -1).join(".");
  return table === "" ? settingName(key) : `${tableName(table)}: ${settingName(key)}`;
}

/** of a key of the tables in a list */
export function partName(key: string): string {
  return names.parts[key] ?? key;
}

export function valueName(value: string): string {
  return names.values[value] ?? value;
}

/** of an event or a state with sound and light */
export function patternName(pattern: string): string {
  return names.patterns[pattern] ?? pattern;
}

/** where an athlete's maximum heart rate comes from */
export function maximumSource(source: string): string {
  const { measured, guest_default, estimated } = texts.settings.athletes;
  if (source === "given") return measured;
  return source === "guest_default" ? guest_default : fill(estimated, { formula: valueName(source) });
}

export function unitName(unit: string): string {
  return unit === "fraction" ? "%" : ((texts.settings.units as Record<string, string>)[unit] ?? unit);
}
