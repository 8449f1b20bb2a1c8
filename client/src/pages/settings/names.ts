// Names of settings, tables and values, in a file of their own, as only this page shows them.

import german from "../../language/setting_names.de.json";
import english from "../../language/setting_names.en.json";
import { language, texts } from "../../language/language";

const names: Record<keyof typeof english, Record<string, string>> = language === "de" ? german : english;

/** `key` may hold an athlete's id or a pattern's name in place of `*`. */
export function settingName(key: string): string {
  const general = key.replace(/^(athletes|alerts\.patterns)\.[^.]+\./, "$1.*.");
  return names.settings[general] ?? key;
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

export function unitName(unit: string): string {
  return unit === "fraction" ? "%" : ((texts.settings.units as Record<string, string>)[unit] ?? unit);
}
