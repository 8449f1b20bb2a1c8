import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";

import { weekday } from "../language/format";
import { fill, texts } from "../language/language";
import { Choice } from "../parts/choice";
import type { Entry } from "../server/habit_payloads";
import { Diary } from "../state/diary";
import { Card } from "./card";
import { EntryEditor } from "./entry_editor";
import { entryText } from "./words";

/** The log of today and yesterday, to correct and delete entries. `heading` gets the focus of an entry that goes. */
export function EntryList({ diary, heading }: { diary: Diary; heading: RefObject<HTMLHeadingElement | null> }) {
  const question = useSignal<Entry | null>(null);
  const remove = async (entry: Entry) => {
    if (await diary.send("log_delete", { id: entry.id })) heading.current?.focus({ preventScroll: true });
  };
  return (
    <Card title={texts.habits.entries.title} kind="entries" heading={heading}>
      {diary.entries.value.length === 0 && <p class="muted">{texts.habits.entries.none}</p>}
      <ul>
        {diary.entries.value.map((entry) => (
          <EntryLine
            key={entry.id}
            entry={entry}
            diary={diary}
            remove={() => (Diary.canReturn(entry) ? void remove(entry) : (question.value = entry))}
          />
        ))}
      </ul>
      {question.value !== null && (
        <Choice
          title={fill(texts.habits.entries.for_good, { what: entryText(question.value) })}
          options={[["delete", texts.habits.entries.delete]]}
          choose={() => void remove(question.value!)}
          close={() => (question.value = null)}
        />
      )}
    </Card>
  );
}

function EntryLine({ entry, diary, remove }: { entry: Entry; diary: Diary; remove: () => void }) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const what = entryText(entry);
  const close = () => {
    open.value = false;
    button.current?.focus();
  };
  return (
    <li>
      <p>
        <span class="muted">
          {weekday(entry.at.slice(0, 10), "short")} {entry.at.slice(11, 16)}
        </span>{" "}
        {what}
      </p>
      <div class="buttons">
        <button
          type="button"
          class="quiet"
          ref={button}
          aria-expanded={open.value}
          aria-label={fill(texts.habits.entries.edit_what, { what })}
          onClick={() => (open.value = !open.value)}
        >
          {texts.habits.entries.edit}
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={fill(texts.habits.entries.delete_what, { what })}
          onClick={remove}
        >
          {texts.habits.entries.delete}
        </button>
      </div>
      {open.value && <EntryEditor entry={entry} diary={diary} close={close} />}
    </li>
  );
}
