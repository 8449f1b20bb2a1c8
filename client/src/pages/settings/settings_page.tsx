import { useEffect, useState } from "preact/hooks";

import { fill, texts } from "../../language/language";
import { connection } from "../../state/connection";
import { SettingsForm } from "../../state/settings_form";
import "../../style/settings.css";
import { findAreas } from "./areas";
import { AreaSection } from "./area_section";
import { Athletes } from "./athletes";
import { RestartNotice } from "./restart_notice";
import { SaveBar } from "./save_bar";

/** Outlives the page, with what is not saved yet. */
const form = new SettingsForm();

/** Everything that the household can change. */
export function SettingsPage() {
  const [search, setSearch] = useState("");
  const connected = connection.value === "connected";
  useEffect(() => () => void (form.effects.value = null), []);
  // Again after a restart of the daemon, whose values are then others.
  useEffect(() => {
    if (connected) void form.load();
  }, [connected]);
  if (form.list.value === null)
    return (
      <p class="empty" role="status">
        {form.failure.value || texts.loading}
      </p>
    );
  const areas = findAreas(form, search);
  const found = areas.reduce((sum, { tables }) => sum + tables.reduce((inner, { settings }) => inner + settings.length, 0), 0);
  return (
    <div class="settings">
      <RestartNotice form={form} />
      {form.list.value.problems.length > 0 && (
        <section class="callout" aria-labelledby="problems">
          <h2 id="problems">{texts.settings.problems}</h2>
          <ul lang="en">
            {form.list.value.problems.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </section>
      )}
      <div class="search">
        <label for="search">{texts.settings.search}</label>
        <input id="search" type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        <p role="status">{search.trim() !== "" && fill(texts.settings.found, { number: found })}</p>
      </div>
      {search.trim() === "" && <Athletes form={form} />}
      {areas.map((area) => (
        <AreaSection key={area.name} form={form} area={area} searching={search.trim() !== ""} />
      ))}
      <p class="failure" role="alert">
        {form.failure.value && fill(texts.settings.not_loaded, { reason: form.failure.value })}
      </p>
      <SaveBar form={form} showAll={() => setSearch("")} />
    </div>
  );
}
