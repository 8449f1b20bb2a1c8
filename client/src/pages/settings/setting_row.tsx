import { texts } from "../../language/language";
import type { Setting, SettingsForm } from "../../state/settings_form";
import { SettingHelp } from "./help";
import { settingName } from "./names";
import { defaultText, refusalText } from "./notes";
import { ControlName, ValueControl } from "./value_control";

interface SettingRowProperties {
  form: SettingsForm;
  setting: Setting;
  /** whether to say that a change waits for a restart */
  restartNote?: boolean;
}

/** One setting: name, control, help, where its value comes from, and what the daemon says against it. */
export function SettingRow({ form, setting, restartNote = true }: SettingRowProperties) {
  const { key, description, origin } = setting;
  const drafts = form.drafts.value;
  const isDraft = drafts.has(key);
  const goesBack = isDraft && drafts.get(key) === null;
  const error = form.errors.value.fields[key];
  const why = description.on_host ? texts.settings.on_host : origin === "environment" ? texts.settings.by_environment : "";
  const name = settingName(key);
  const hidden = <span class="hidden"> {name}</span>;
  return (
    <div class="setting" data-key={key} data-changed={isDraft || undefined}>
      <ControlName id={key} schema={description.secret ? null : description.value_schema} name={name} />
      <div class="control">
        {description.secret ? (
          <span class="muted">{texts.settings.secret}</span>
        ) : (
          <ValueControl
            id={key}
            schema={description.value_schema}
            unit={description.unit}
            value={form.value(setting)}
            change={(value) => form.change(setting, value)}
            describedBy={`${key}-help ${key}-error`}
            invalid={error !== undefined}
            disabled={why !== "" || form.busy.value}
          />
        )}
        <span class="origin" data-origin={isDraft ? "draft" : origin}>
          {goesBack ? texts.settings.goes_back : isDraft ? texts.settings.not_saved : texts.settings.origins[origin]}
        </span>
        {isDraft && (
          <button type="button" class="quiet" onClick={() => form.undo(key)}>
            {texts.control.undo}
            {hidden}
          </button>
        )}
        {!isDraft && origin === "settings" && why === "" && (
          <button type="button" class="quiet" onClick={() => form.takeBack(key)}>
            {texts.settings.take_back}
            {hidden}
          </button>
        )}
      </div>
      <p class="failure" id={`${key}-error`} role="alert">
        {error !== undefined && refusalText(error, description.value_schema, description.unit, form.value(setting))}
      </p>
      <p class="help" id={`${key}-help`}>
        <SettingHelp of={key} english={description.help} /> {why} {origin !== "default" && defaultText(description)}
        {restartNote && why === "" && description.effect === "restart" && <em> {texts.settings.needs_restart}</em>}
      </p>
    </div>
  );
}
