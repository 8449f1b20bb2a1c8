import { useState } from "preact/hooks";

import { texts } from "../../language/language";
import type { SettingsForm } from "../../state/settings_form";
import type { Area } from "./areas";
import { TableHelp } from "./help";
import { tableName } from "./names";
import { countText, needsRestart } from "./notes";
import { PatternSettings } from "./pattern_settings";
import { SettingRow } from "./setting_row";

/** Tables of one area, which open at a press. It stays open where somebody searches, has changed or must correct something. */
export function AreaSection({ form, area, searching }: { form: SettingsForm; area: Area; searching: boolean }) {
  const [open, setOpen] = useState(false);
  const keys = area.tables.flatMap((table) => table.settings.map(({ key }) => key));
  const changed = keys.filter((key) => form.drafts.value.has(key)).length;
  const wrong = keys.some((key) => key in form.errors.value.fields);
  const stays = changed > 0 || wrong || (searching && keys.length > 0);
  const shown = open || stays;
  return (
    <details class="area" open={shown} onToggle={(event) => !searching && !stays && setOpen(event.currentTarget.open)}>
      <summary onClick={(event) => stays && event.preventDefault()}>
        <h2>{texts.settings.areas[area.name]}</h2>
        {changed > 0 && <span class="origin" data-origin="draft">{countText(changed)}</span>}
      </summary>
      {shown && area.tables.map((table) => (
        <section key={table.key}>
          <h3>{tableName(table.key)}</h3>
          <p class="help">
            <TableHelp of={table.key} english={table.help} /> {needsRestart(table.settings) && <em>{texts.settings.needs_restart}</em>}
          </p>
          {table.settings.map((setting) => (
            <SettingRow key={setting.key} form={form} setting={setting} restartNote={!needsRestart(table.settings)} />
          ))}
        </section>
      ))}
      {shown && area.name === "alerts" && !searching && <PatternSettings form={form} />}
    </details>
  );
}
