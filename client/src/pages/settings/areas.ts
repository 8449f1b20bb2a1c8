// How tables of settings are put together on the page.

import { texts } from "../../language/language";
import type { Setting, SettingsForm } from "../../state/settings_form";
import { settingHelp } from "./help";
import { settingName, tableName, valueName } from "./names";

export type AreaName = keyof typeof texts.settings.areas;

/** by the first word of a setting's key */
const AREAS: Record<AreaName, string[]> = {
  training: ["warnings", "sessions", "ceilings"],
  habits: ["habits"],
  alerts: ["alerts"],
  network: ["mqtt", "homeassistant", "notify"],
  sensors: ["bluetooth", "sources"],
  host: ["log", "web", "node", "store"],
};

export interface Table {
  key: string;
  help: string;
  settings: Setting[];
}

export interface Area {
  name: AreaName;
  tables: Table[];
}

/** The areas with those settings that match what somebody is searching for; alert patterns are elsewhere. */
export function findAreas(form: SettingsForm, search: string): Area[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = form.settings.value.filter(
    (setting) => !setting.key.startsWith("alerts.patterns.") && matches(setting, words),
  );
  return (Object.keys(AREAS) as AreaName[]).map((name) => ({ name, tables: tablesOf(form, name, found) }));
}

function tablesOf(form: SettingsForm, name: AreaName, settings: Setting[]): Table[] {
  const tables = new Map<string, Table>();
  for (const first of AREAS[name]) {
    for (const setting of settings.filter(({ key }) => key.split(".")[0] === first)) {
      const key = setting.key.includes(".") ? setting.key.split(".").slice(0, -1).join(".") : setting.key;
      const help = form.description.value?.tables.find((each) => each.key === key)?.help ?? "";
      const table = tables.get(key) ?? { key, help, settings: [] };
      table.settings.push(setting);
      tables.set(key, table);
    }
  }
  return [...tables.values()];
}

function matches({ key, description }: Setting, words: string[]): boolean {
  const table = tableName(key.split(".").slice(0, -1).join("."));
  const choices = (description.value_schema.enum ?? []).map(valueName).join(" ");
  const text = `${key} ${settingName(key)} ${table} ${settingHelp(key, description.help)} ${choices}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
