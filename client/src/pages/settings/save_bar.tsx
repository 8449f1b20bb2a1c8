import { useRef } from "preact/hooks";

import { fill, texts } from "../../language/language";
import { Reason } from "../../parts/reason";
import type { SettingsForm } from "../../state/settings_form";
import { fullName } from "./names";
import { countText } from "./notes";

/** All changes are saved together, or thrown away; what came of it stands here. `showAll` ends a search. */
export function SaveBar({ form, showAll }: { form: SettingsForm; showAll: () => void }) {
  const number = form.drafts.value.size;
  const { fields, general } = form.errors.value;
  const effects = form.effects.value;
  const bar = useRef<HTMLDivElement>(null);
  // The buttons go, and with them the focus.
  const stay = () => bar.current?.focus();
  const save = async () => {
    if (form.busy.value) return;
    if (await form.save()) return stay();
    const [first] = Object.keys(form.errors.value.fields);
    if (first === undefined) return;
    if (document.getElementById(first) === null) showAll();
    // Once the area that holds it has opened.
    requestAnimationFrame(() => document.getElementById(first)?.focus());
  };
  const discard = () => {
    if (form.busy.value) return;
    form.undoAll();
    stay();
  };
  return (
    <div class="save-bar" ref={bar} tabIndex={-1} data-empty={number === 0 && effects === null ? true : undefined}>
      <p class="notice" role="status">
        {number > 0 && countText(number)}
        {number === 0 && effects !== null && [texts.settings.saved, ...effects.map((each) => texts.settings.effects[each])].join(" ")}
      </p>
      <p class="failure" role="alert">
        {Object.keys(fields).length > 0 &&
          fill(texts.settings.nothing_saved, { names: Object.keys(fields).map(fullName).join(", ") })}
        <Reason text={general} />
      </p>
      {number > 0 && (
        <span class="buttons">
          <button type="button" class="quiet" aria-disabled={form.busy.value} onClick={discard}>
            {texts.settings.undo_all}
          </button>
          <button type="button" class="main" aria-disabled={form.busy.value} onClick={() => void save()}>
            {texts.settings.save}
          </button>
        </span>
      )}
    </div>
  );
}
