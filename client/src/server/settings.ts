// What settings.describe, settings.list and athletes.describe answer (docs/openrpc.json).

import type { Activity, Zone } from "./payloads";

/** JSON Schema as the daemon sends it: without references. */
export interface ValueSchema {
  type?: "boolean" | "integer" | "number" | "string" | "array" | "object";
  enum?: string[];
  format?: string;
  nullable?: boolean;
  items?: ValueSchema;
  properties?: Record<string, ValueSchema>;
  required?: string[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
}

export type Origin = "default" | "file" | "settings" | "environment";
export type Effect = "at_once" | "next_session" | "restart" | "web_enable";

export interface SettingDescription {
  /** `*` stands for an athlete's id or a pattern's name */
  key: string;
  value_schema: ValueSchema;
  help: string;
  unit: string | null;
  default: unknown;
  on_host: boolean;
  secret: boolean;
  effect: Effect;
}

export interface SettingsDescription {
  tables: { key: string; help: string }[];
  settings: SettingDescription[];
  /** the built-in patterns */
  patterns: Record<string, Record<string, unknown>>;
}

export interface SettingsList {
  file: string;
  settings: string | null;
  values: { key: string; value: unknown; origin: Origin }[];
  problems: string[];
  restart: string[];
  can_restart: boolean;
}

interface Threshold {
  effort: number;
  heart_rate: number;
}

export interface AthleteDescription {
  athlete: string;
  name: string;
  values: Record<string, { value: unknown; source: string }>;
  thresholds: {
    max_heart_rate: number;
    max_heart_rate_source: string;
    zones: Record<Exclude<Zone, "very_hard">, Threshold>;
    ceilings: Record<Activity, Threshold>;
    ceiling_lowered_by: number;
  } | null;
  problem: string | null;
  /** whether the household's file has them, where alone they can then be removed */
  in_file: boolean;
  guest_until: string | null;
}
