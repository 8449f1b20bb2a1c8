import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { fill, texts } from "../../language/language";
import { Reason } from "../../parts/reason";
import type { AthleteDescription } from "../../server/settings";
import type { AthleteList } from "../../state/athlete_list";
import { athleteId } from "../../state/athlete_values";
import { useBusy } from "../../state/busy";
import { placeErrors, NO_ERRORS } from "../../state/setting_errors";
import { isSame, type SettingsForm } from "../../state/settings_form";
import { SettingHelp } from "./help";
import { settingName } from "./names";
import { refusalText } from "./notes";
import { ControlName, ValueControl } from "./value_control";

const words = texts.settings.athletes;
const PREFIX = "athletes.*.";
const NOT_HERE = ["id", "straps"];
const OF_NEW = ["name", "max_heart_rate", "birth_year", "heart_rate_drug", "irregular_rhythm", "ceiling"];

interface AthleteValuesFormProperties {
  settings: SettingsForm;
  list: AthleteList;
  /** null for a new one */
  athlete: AthleteDescription | null;
  close: () => void;
}

/** The values of an athlete; saved together. */
export function AthleteValuesForm({ settings, list, athlete, close }: AthleteValuesFormProperties) {
  const drafts = useSignal<Record<string, unknown>>({});
  const errors = useSignal(NO_ERRORS);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input")?.focus(), []);
  const fields = (settings.description.value?.settings ?? [])
    .filter(({ key }) => key.startsWith(PREFIX))
    .map((each) => ({ ...each, name: each.key.slice(PREFIX.length) }))
    .filter(({ name }) => (athlete === null ? OF_NEW.includes(name) : !NOT_HERE.includes(name)));
  const now = (name: string) => athlete?.values[name]?.value ?? null;
  const change = (name: string, value: unknown) => {
    const plain = value === "" ? null : value;
    const { [name]: _, ...others } = drafts.value;
    drafts.value = isSame(plain, now(name)) ? others : { ...others, [name]: plain };
  };
  const [busy, run] = useBusy();
  const save = async () => {
    const values = drafts.value;
    const id = athlete?.athlete ?? athleteId(String(values["name"] ?? ""), list.athletes.value?.map((each) => each.athlete) ?? []);
    const reason = await list.change(athlete === null ? "athletes.add" : "athletes.set", { athlete: id, values });
    errors.value = placeErrors(reason, fields.map(({ name }) => name));
    if (reason === "") close();
  };
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void run(save);
      }}
    >
      {athlete === null && <h3>{words.add}</h3>}
      <p class="help">{words.maximum_help}</p>
      {fields.map(({ name, key, value_schema, unit, help }) => {
        const id = `${athlete?.athlete ?? "new"}.${name}`;
        const source = athlete?.values[name]?.source;
        const error = errors.value.fields[name];
        return (
          <div key={name} class="setting" data-changed={name in drafts.value || undefined}>
            <ControlName id={id} schema={value_schema} name={settingName(key)} />
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
              {source !== undefined && <span class="origin">{(words.sources as Record<string, string>)[source] ?? source}</span>}
            </div>
            <p class="failure" id={`${id}-error`} role="alert">
              {error !== undefined && refusalText(error, value_schema, unit, drafts.value[name])}
            </p>
            <p class="help" id={`${id}-help`}>
              <SettingHelp of={key} english={help} />
            </p>
          </div>
        );
      })}
      <p class="failure" role="alert">
        <Reason text={errors.value.general} />
      </p>
      <p class="buttons">
        <button type="button" class="quiet" onClick={close}>
          {texts.control.cancel}
        </button>
        <button class="main" aria-disabled={busy}>{athlete === null ? words.add_now : fill(words.save, { name: athlete.name })}</button>
      </p>
    </form>
  );
}
