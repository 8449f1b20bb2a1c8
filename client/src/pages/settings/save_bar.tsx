import { fill, texts } from "../../language/language";
import type { SettingsForm } from "../../state/settings_form";

/** All changes are saved together, or thrown away; what came of it stands here. */
export function SaveBar({ form }: { form: SettingsForm }) {
  const number = form.drafts.value.size;
  const { fields, general } = form.errors.value;
  const effects = form.effects.value;
  const save = async () => {
    if (await form.save()) return;
    const first = Object.keys(form.errors.value.fields)[0];
    // Once the area that holds it has opened.
    if (first !== undefined) requestAnimationFrame(() => document.getElementById(first)?.focus());
  };
  return (
    <div class="save-bar" data-empty={number === 0 && effects === null ? true : undefined}>
      <p class="notice" role="status">
        {number > 0 && fill(number === 1 ? texts.settings.one_change : texts.settings.changes, { number })}
        {number === 0 && effects !== null && [texts.settings.saved, ...effects.map((each) => texts.settings.effects[each])].join(" ")}
      </p>
      <p class="failure" role="alert">
        {Object.keys(fields).length > 0 && texts.settings.nothing_saved} <span lang="en">{general}</span>
      </p>
      {number > 0 && (
        <span class="buttons">
          <button type="button" class="quiet" disabled={form.busy.value} onClick={() => form.undoAll()}>
            {texts.settings.undo_all}
          </button>
          <button type="button" class="main" disabled={form.busy.value} onClick={() => void save()}>
            {texts.settings.save}
          </button>
        </span>
      )}
    </div>
  );
}
