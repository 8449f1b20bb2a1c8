import { useEffect, useMemo, useState } from "preact/hooks";

import { texts } from "../../language/language";
import { AthleteList } from "../../state/athlete_list";
import type { SettingsForm } from "../../state/settings_form";
import { AthleteForm } from "./athlete_form";
import { AthleteSummary } from "./athlete_summary";
import { StrapChoice } from "./strap_choice";

type Editing = { kind: "change"; athlete: string } | { kind: "add" } | { kind: "guest" } | null;

/** Who trains here: what their numbers mean, a form for each, new athletes, guests. */
export function Athletes({ form }: { form: SettingsForm }) {
  const list = useMemo(() => new AthleteList(), []);
  const [editing, edit] = useState<Editing>(null);
  useEffect(() => void list.load(), [form.list.value]);
  const close = () => edit(null);
  const same = { settings: form, list, close };
  return (
    <section class="athletes" aria-labelledby="athletes">
      <h2 id="athletes">{texts.settings.athletes.title}</h2>
      <p class="help">{texts.settings.athletes.introduction}</p>
      <p class="failure" role="alert">
        {list.failure.value}
      </p>
      <div class="cards">
        {list.athletes.value?.map((athlete) => (
          <article key={athlete.athlete} data-athlete={athlete.athlete}>
            <AthleteSummary athlete={athlete} straps={list.straps.value} />
            {editing?.kind === "change" && editing.athlete === athlete.athlete ? (
              <>
                <StrapChoice list={list} athlete={athlete} />
                <AthleteForm {...same} kind="change" athlete={athlete} />
              </>
            ) : (
              <button type="button" onClick={() => edit({ kind: "change", athlete: athlete.athlete })}>
                {texts.settings.athletes.change}
                <span class="hidden"> {athlete.name}</span>
              </button>
            )}
          </article>
        ))}
      </div>
      {editing?.kind === "add" || editing?.kind === "guest" ? (
        <article>
          <AthleteForm {...same} kind={editing.kind} athlete={null} />
        </article>
      ) : (
        <p class="buttons">
          <button type="button" onClick={() => edit({ kind: "add" })}>
            {texts.settings.athletes.add}
          </button>
          <button type="button" onClick={() => edit({ kind: "guest" })}>
            {texts.settings.athletes.add_guest}
          </button>
        </p>
      )}
    </section>
  );
}
