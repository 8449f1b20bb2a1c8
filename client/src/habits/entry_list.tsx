import { useSignal } from "@preact/signals";

import { timeOfDay, weekday } from "../language/format";
import { fill, texts } from "../language/language";
import { Choice } from "../parts/choice";
import type { Entry } from "../server/habit_payloads";
import { Diary } from "../state/diary";
import { Card } from "./card";
import { EntryEditor } from "./entry_editor";
import { entryText } from "./words";

/** The log of today and yesterday, to correct and delete entries. */
export function EntryList({ diary }: { diary: Diary }) {
  const edited = useSignal<string | null>(null);
  const doomed = useSignal<Entry | null>(null);
  const remove = (entry: Entry) => void diary.send("log_delete", { id: entry.id });
  return (
    <Card title={texts.habits.entries.title} kind="entries">
      {diary.entries.value.length === 0 && <p class="muted">{texts.habits.entries.none}</p>}
      <ul>
        {diary.entries.value.map((entry) => {
          const what = entryText(entry);
          return (
            <li key={entry.id}>
              <p>
                <span class="muted">
                  {weekday(entry.at.slice(0, 10), "short")} {timeOfDay(new Date(entry.at))}
                </span>{" "}
                {what}
              </p>
              <div class="buttons">
                <button
                  type="button"
                  class="quiet"
                  aria-expanded={edited.value === entry.id}
                  aria-label={fill(texts.habits.entries.edit_what, { what })}
                  onClick={() => (edited.value = edited.value === entry.id ? null : entry.id)}
                >
                  {texts.habits.entries.edit}
                </button>
                <button
                  type="button"
                  class="quiet"
                  aria-label={fill(texts.habits.entries.delete_what, { what })}
                  onClick={() => (Diary.canReturn(entry) ? remove(entry) : (doomed.value = entry))}
                >
                  {texts.habits.entries.delete}
                </button>
              </div>
              {edited.value === entry.id && (
                <EntryEditor entry={entry} diary={diary} close={() => (edited.value = null)} />
              )}
            </li>
          );
        })}
      </ul>
      {doomed.value !== null && (
        <Choice
          title={fill(texts.habits.entries.for_good, { what: entryText(doomed.value) })}
          options={[["delete", texts.habits.entries.delete]]}
          choose={() => remove(doomed.value!)}
          close={() => (doomed.value = null)}
        />
      )}
    </Card>
  );
}
