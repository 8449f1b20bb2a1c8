import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { texts } from "../language/language";
import { SEVERITIES, type Entry } from "../server/habit_payloads";
import type { Diary } from "../state/diary";

/** by kind: which of its values can be corrected here */
const KEYS: Record<string, string> = {
  sleep: "hours",
  nap: "minutes",
  water: "ml",
  supplement: "name",
  symptom: "severity",
  activity: "minutes",
  note: "text",
};

/** An entry's time and its main value. */
export function EntryEditor({ entry, diary, close }: { entry: Entry; diary: Diary; close: () => void }) {
  const key = KEYS[entry.content.kind];
  const value = useSignal(key === undefined ? "" : String(entry.content[key]));
  const at = useSignal(entry.at.slice(0, 16));
  const ids = [useId(), useId()] as const;
  const take = (event: { currentTarget: { value: string } }) => (value.value = event.currentTarget.value);
  const numeric = key !== undefined && typeof entry.content[key] === "number";
  return (
    <form
      class="editor"
      onSubmit={async (event) => {
        event.preventDefault();
        const changes: Record<string, unknown> = {};
        if (key !== undefined) changes[key] = numeric ? Number(value.value) : value.value;
        if (at.value !== entry.at.slice(0, 16)) changes.at = at.value.replace("T", " ");
        if (await diary.send("log_edit", { id: entry.id, ...changes })) close();
      }}
    >
      <label for={ids[0]}>{texts.habits.entries.time}</label>
      <input id={ids[0]} type="datetime-local" required value={at.value} onInput={(event) => (at.value = event.currentTarget.value)} />
      {key !== undefined && <label for={ids[1]}>{texts.habits.entries.value}</label>}
      {key === "severity" ? (
        <select id={ids[1]} value={value.value} onChange={take}>
          {SEVERITIES.map((each) => (
            <option key={each} value={each}>
              {texts.habits.severity[each]}
            </option>
          ))}
        </select>
      ) : (
        key !== undefined && (
          <input
            id={ids[1]}
            required
            {...(numeric ? { type: "number", step: "any", inputMode: "decimal" } : { type: "text" })}
            value={value.value}
            onInput={take}
          />
        )
      )}
      <div class="buttons">
        <button class="main">{texts.habits.entries.save}</button>
        <button type="button" onClick={close}>
          {texts.control.close}
        </button>
      </div>
    </form>
  );
}
