// Short notes about settings.

import { fill, texts } from "../../language/language";
import type { SettingDescription, ValueSchema } from "../../server/settings";
import type { Setting } from "../../state/settings_form";
import { unitName, valueName } from "./names";
import { listFormat, numberFormat } from "./text_format";

export function countText(changes: number): string {
  return fill(changes === 1 ? texts.settings.one_change : texts.settings.changes, { number: changes });
}

/** Whether every setting of a table that may be changed here waits for a restart. */
export function needsRestart(settings: Setting[]): boolean {
  const changeable = settings.filter(({ description }) => !description.on_host);
  return changeable.length > 0 && changeable.every(({ description }) => description.effect === "restart");
}

/** The default in words; empty where there is none, or where it is long. */
export function defaultText({ value_schema, unit, default: value }: SettingDescription): string {
  const text = valueText(value_schema.type === "array" && value_schema.items?.type === "object", value, unit);
  return text === "" ? "" : fill(texts.settings.default_is, { value: text });
}

function valueText(isTable: boolean, value: unknown, unit: string | null): string {
  if (isTable || value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? texts.settings.on : texts.settings.off;
  if (Array.isArray(value)) return listFormat(false).write(value);
  if (typeof value === "object") return "";
  if (typeof value !== "number") return valueName(String(value));
  return `${numberFormat(unit === "fraction").write(value)} ${unit === null ? "" : unitName(unit)}`.trim();
}

const LIMITS = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"] as const;

/** Why a value was refused: a number in the unit and language of the page, anything else in the daemon's words. */
export function refusalText(error: string, schema: ValueSchema, unit: string | null, value: unknown): string {
  if (schema.type !== "number" && schema.type !== "integer") return error;
  if (typeof value === "string") return texts.settings.no_number;
  if (typeof value !== "number" || !isOutside(schema, value)) return error;
  const limits = LIMITS.filter((each) => schema[each] !== undefined).map((each) =>
    fill(texts.settings.limits[each], { value: valueText(false, schema[each], unit) }),
  );
  return fill(texts.settings.allowed, { limits: limits.join(", ") });
}

function isOutside({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: ValueSchema, value: number): boolean {
  return (
    (minimum !== undefined && value < minimum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (maximum !== undefined && value > maximum) ||
    (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
  );
}
