import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { fill, texts } from "../../language/language";
import type { AthleteDescription } from "../../server/settings";
import { type AthleteList, newId } from "../../state/athlete_list";
import { placeErrors, NO_ERRORS } from "../../state/setting_errors";
import { isSame, type SettingsForm } from "../../state/settings_form";
import { settingName } from "./names";
import { refusalText } from "./notes";
import { ValueControl } from "./value_control";

const own = texts.settings.athletes;
const PREFIX = "athletes.*.";
const NOT_HERE = ["id", "straps"];
const OF_NEW = ["name", "max_heart_rate", "birth_year", "heart_rate_drug", "irregular_rhythm", "ceiling"];
const OF_GUEST = ["name", "max_heart_rate", "birth_year"];

interface AthleteFormProperties {
  settings: SettingsForm;
  list: AthleteList;
  kind: "change" | "add" | "guest";
  /** null for a new one */
  athlete: AthleteDescription | null;
  close: () => void;
}

/** The values of an athlete; saved together. */
export function AthleteForm({ settings, list, kind, athlete, close }: AthleteFormProperties) {
  const drafts = useSignal<Record<string, unknown>>({});
  const errors = useSignal(NO_ERRORS);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input")?.focus(), []);
  const shown = kind === "add" ? OF_NEW : kind === "guest" ? OF_GUEST : null;
  const fields = (settings.description.value?.settings ?? [])
    .filter(({ key }) => key.startsWith(PREFIX))
    .map((each) => ({ ...each, name: each.key.slice(PREFIX.length) }))
    .filter(({ name }) => !NOT_HERE.includes(name) && (shown === null || shown.includes(name)));
  const now = (name: string) => athlete?.values[name]?.value ?? null;
  const change = (name: string, value: unknown) => {
    const plain = value === "" ? null : value;
    const { [name]: _, ...others } = drafts.value;
    drafts.value = isSame(plain, now(name)) ? others : { ...others, [name]: plain };
  };
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const values = drafts.value;
    const id = athlete?.athlete ?? newId(String(values["name"] ?? ""), list.athletes.value?.map((each) => each.athlete) ?? []);
    const reason =
      kind === "guest"
        ? await list.change("guests.add", values)
        : await list.change(kind === "add" ? "athletes.add" : "athletes.set", { athlete: id, values });
    errors.value = placeErrors(reason, fields.map(({ name }) => name));
    if (reason === "") close();
  };
  return (
    <form ref={form} noValidate onSubmit={(event) => void save(event)}>
      {kind !== "change" && <h3>{kind === "add" ? own.add : own.add_guest}</h3>}
      <p class="help">{kind === "guest" ? own.guest_help : own.maximum_help}</p>
      {fields.map(({ name, key, value_schema, unit, help }) => {
        const id = `${athlete?.athlete ?? kind}.${name}`;
        const source = athlete?.values[name]?.source;
        const error = errors.value.fields[name];
        return (
          <div key={name} class="setting" data-changed={name in drafts.value || undefined}>
            <label for={id}>{settingName(key)}</label>
            <div class="control">
              <ValueControl
                id={id}
                schema={value_schema}
                unit={unit}
                value={name in drafts.value ? drafts.value[name] : now(name)}
                change={(value) => change(name, value)}
                describedBy={`${id}-help ${id}-error`}
                invalid={error !== undefined}
              />
              {source !== undefined && <span class="origin">{(own.sources as Record<string, string>)[source] ?? source}</span>}
            </div>
            <p class="failure" id={`${id}-error`} role="alert">
              {error !== undefined && refusalText(error, value_schema, unit, drafts.value[name])}
            </p>
            <p class="help" id={`${id}-help`} lang="en">
              {help}
            </p>
          </div>
        );
      })}
      <p class="failure" role="alert" lang="en">
        {errors.value.general}
      </p>
      <p class="buttons">
        <button type="button" class="quiet" onClick={close}>
          {own.cancel}
        </button>
        <button class="main">{athlete === null ? own.add_now : fill(own.save, { name: athlete.name })}</button>
      </p>
    </form>
  );
}
