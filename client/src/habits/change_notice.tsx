import { fill, texts } from "../language/language";
import type { Diary } from "../state/diary";
import { entryText } from "./words";

/** What was logged or deleted last with a button that undoes it, or why nothing was. Stays in the window. `focus` moves the focus on, as the button goes. */
export function ChangeNotice({ diary, focus }: { diary: Diary; focus: () => void }) {
  const change = diary.change.value;
  const failure = diary.failure.value;
  const what = change?.entries.map(entryText).join("; ") ?? "";
  return (
    <div class="change">
      <p role="status">{change && fill(change.deleted ? texts.habits.deleted : texts.habits.logged, { what })}</p>
      {change && change.undo.length > 0 && (
        <button
          type="button"
          onClick={() => {
            focus();
            void diary.undo();
          }}
        >
          {texts.control.undo}
        </button>
      )}
      <p class="failure" role="alert">
        {failure && fill(texts.control.failed, { reason: failure })}
      </p>
    </div>
  );
}
