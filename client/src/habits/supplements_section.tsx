import { fill, texts } from "../language/language";
import type { Habits } from "../server/habit_payloads";
import type { Diary } from "../state/diary";
import { mayChange } from "../state/session";
import { Card } from "./card";
import { TextForm } from "./text_form";

/** A button for each of the athlete's own list, and a field for others. */
export function SupplementsSection({ supplements, diary }: { supplements: NonNullable<Habits["supplements"]>; diary: Diary }) {
  const { due, own, taken } = supplements;
  return (
    <Card title={texts.habits.supplements.title}>
      {due.length > 0 && <p class="due">{fill(texts.habits.supplements.due, { names: due.join(", ") })}</p>}
      <p class="muted">
        {taken.length > 0 ? fill(texts.habits.supplements.taken, { names: taken.join(", ") }) : texts.habits.supplements.none}
      </p>
      {mayChange() && (
        <>
          {own.length > 0 && (
            <div class="buttons">
              {own.map((name) => (
                <button type="button" key={name} onClick={() => void diary.send("supplement", { name })}>
                  {fill(texts.habits.supplements.take, { name })}
                </button>
              ))}
            </div>
          )}
          <details>
            <summary>{texts.habits.supplements.other}</summary>
            <TextForm
              label={texts.habits.supplements.name}
              longest={60}
              save={(name) => diary.send("supplement", { name })}
            />
          </details>
        </>
      )}
    </Card>
  );
}
