// The settings, what somebody has changed of them and not saved yet, and what the daemon says of it.

import { computed, signal } from "@preact/signals";

import { call } from "./calls";
import { NO_ERRORS, placeErrors } from "./setting_errors";
import { reasonOf } from "./reason";
import type { Effect, Origin, SettingDescription, SettingsDescription, SettingsList } from "../server/settings";

export interface Setting {
  key: string;
  description: SettingDescription;
  value: unknown;
  origin: Origin;
}

export class SettingsForm {
  readonly description = signal<SettingsDescription | null>(null);
  readonly list = signal<SettingsList | null>(null);
  /** new values by key; null takes a value back to that of the file, or the default */
  readonly drafts = signal<ReadonlyMap<string, unknown>>(new Map());
  readonly errors = signal(NO_ERRORS);
  /** when what was saved last takes effect; null before */
  readonly effects = signal<Effect[] | null>(null);
  readonly busy = signal(false);
  readonly failure = signal("");

  /** all settings but those of athletes, in the order of the file; a pattern's only where one was changed */
  readonly settings = computed<Setting[]>(() => {
    const values = (this.list.value?.values ?? []).filter(({ key }) => !key.startsWith("athletes."));
    return values.flatMap((entry) => {
      const description = this.describe(entry.key);
      return description === undefined ? [] : [{ ...entry, description }];
    });
  });

  describe(key: string): SettingDescription | undefined {
    const general = key.replace(/^(athletes|alerts\.patterns)\.[^.]+\./, "$1.*.");
    return this.description.value?.settings.find((each) => each.key === general);
  }

  /** the setting of one pattern, also where nothing of it was changed */
  ofPattern(pattern: string, name: string): Setting | undefined {
    const key = `alerts.patterns.${pattern}.${name}`;
    const description = this.describe(key);
    if (description === undefined) return undefined;
    const standard = this.description.value?.patterns[pattern]?.[name];
    const described = { ...description, default: standard };
    const found = this.settings.value.find((each) => each.key === key);
    return { key, description: described, value: found?.value ?? standard, origin: found?.origin ?? "default" };
  }

  async load(): Promise<void> {
    try {
      this.description.value ??= await call<SettingsDescription>("settings.describe");
      this.list.value = await call<SettingsList>("settings.list");
      this.failure.value = "";
    } catch (error) {
      this.failure.value = reasonOf(error);
    }
  }

  /** The value as it would be after saving. */
  value(setting: Setting): unknown {
    return this.drafts.value.get(setting.key) ?? setting.value;
  }

  change(setting: Setting, value: unknown): void {
    const isEmpty = value === null || (value === "" && setting.description.value_schema.type !== "string");
    if (isEmpty && setting.origin === "settings") this.put(setting.key, null);
    else if (isEmpty || isSame(value, setting.value)) this.undo(setting.key);
    else this.put(setting.key, value);
  }

  takeBack(key: string): void {
    this.put(key, null);
  }

  undo(key: string): void {
    this.drafts.value = new Map([...this.drafts.value].filter(([each]) => each !== key));
    this.dropError(key);
  }

  undoAll(): void {
    this.drafts.value = new Map();
    this.errors.value = NO_ERRORS;
  }

  /** Saves all changes or none; then tells when they take effect. Does nothing while it saves. */
  async save(): Promise<boolean> {
    if (this.busy.value) return false;
    const changes = Object.fromEntries(this.drafts.value);
    this.busy.value = true;
    this.errors.value = NO_ERRORS;
    this.effects.value = null;
    try {
      await call("settings.set", { changes });
      this.apply(changes);
      const effects = Object.keys(changes).map((key) => this.describe(key)?.effect ?? "at_once");
      await this.load();
      this.drafts.value = new Map();
      this.effects.value = [...new Set(effects)];
      return true;
    } catch (error) {
      this.errors.value = placeErrors(reasonOf(error), Object.keys(changes));
      return false;
    } finally {
      this.busy.value = false;
    }
  }

  /** Shows what was saved also where the values then cannot be loaded. */
  private apply(changes: Record<string, unknown>): void {
    const list = this.list.value;
    if (list === null) return;
    const values = list.values.map((each) => {
      const value = changes[each.key] ?? null;
      return value === null ? each : { ...each, value, origin: "settings" as const };
    });
    this.list.value = { ...list, values };
  }

  private put(key: string, value: unknown): void {
    this.drafts.value = new Map(this.drafts.value).set(key, value);
    this.effects.value = null;
    this.dropError(key);
  }

  private dropError(key: string): void {
    const { [key]: _, ...fields } = this.errors.value.fields;
    this.errors.value = { ...this.errors.value, fields };
  }
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
