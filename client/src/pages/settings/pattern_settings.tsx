import { useSignal } from "@preact/signals";

import { fill, texts } from "../../language/language";
import { useBusy } from "../../state/busy";
import { call } from "../../state/calls";
import { reasonOf } from "../../state/reason";
import type { SettingsForm } from "../../state/settings_form";
import { TableHelp } from "./help";
import { patternName, tableName } from "./names";
import { SettingRow } from "./setting_row";

const PARTS = ["sound", "tone_hz", "light", "colour", "rank"];

/** Sound and light of one event at a time; what is saved can be played. */
export function PatternSettings({ form }: { form: SettingsForm }) {
  const patterns = Object.keys(form.description.value?.patterns ?? {});
  const help = form.description.value?.tables.find(({ key }) => key === "alerts.patterns.*")?.help ?? "";
  const pattern = useSignal(patterns[0] ?? "");
  const notice = useSignal("");
  const [busy, run] = useBusy();
  const play = async () => {
    notice.value = "";
    try {
      const { alerts } = await call<{ alerts: string }>("alerts.test", { pattern: pattern.value });
      notice.value = alerts === "ok" ? texts.settings.played : fill(texts.settings.played_on, { alerts });
    } catch (error) {
      notice.value = reasonOf(error);
    }
  };
  const changed = patterns.filter((each) => [...form.drafts.value.keys()].some((key) => key.startsWith(`alerts.patterns.${each}.`)));
  return (
    <section>
      <h3>{tableName("alerts.patterns.*")}</h3>
      <p class="help">
        <TableHelp of="alerts.patterns.*" english={help} />
      </p>
      <div class="setting">
        <label for="pattern">{texts.settings.pattern}</label>
        <div class="control">
          <select id="pattern" value={pattern.value} onChange={(event) => (pattern.value = event.currentTarget.value)}>
            {patterns.map((each) => (
              <option key={each} value={each}>
                {changed.includes(each) ? `${patternName(each)} *` : patternName(each)}
              </option>
            ))}
          </select>
          <button type="button" aria-disabled={busy} onClick={() => void run(play)}>
            {texts.settings.play}
          </button>
        </div>
        <p class="help" role="status">
          {notice.value}
        </p>
      </div>
      {PARTS.map((part) => {
        const setting = form.ofPattern(pattern.value, part);
        return setting && <SettingRow key={setting.key} form={form} setting={setting} />;
      })}
    </section>
  );
}
