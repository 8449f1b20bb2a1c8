import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { weekday } from "../language/format";
import { fill, texts } from "../language/language";
import { SEVERITIES, type Habits } from "../server/habit_payloads";
import type { Diary } from "../state/diary";
import { mayChange } from "../state/session";
import { Card } from "./card";

interface SymptomsProperties {
  symptoms: NonNullable<Habits["symptoms"]>;
  /** whether what makes exercise harder on the gut is logged */
  withContext: boolean;
  diary: Diary;
}

export function SymptomsSection({ symptoms, withContext, diary }: SymptomsProperties) {
  const what = useSignal("");
  const id = useId();
  const log = async (severity: (typeof SEVERITIES)[number]) => {
    if (await diary.send("symptom", { severity, what: what.value })) what.value = "";
  };
  return (
    <Card title={texts.habits.symptoms.title}>
      {symptoms.today !== null && (
        <p>{fill(texts.habits.symptoms.today, { severity: texts.habits.severity[symptoms.today] })}</p>
      )}
      {symptoms.heeded_until !== null && (
        <p>{fill(texts.habits.symptoms.until, { day: weekday(symptoms.heeded_until) })}</p>
      )}
      {mayChange() && (
        <>
          <label for={id}>{texts.habits.symptoms.what}</label>
          <input id={id} maxLength={200} value={what.value} onInput={(event) => (what.value = event.currentTarget.value)} />
          <div class="buttons" role="group" aria-label={texts.habits.symptoms.how_bad}>
            {SEVERITIES.map((severity) => (
              <button type="button" key={severity} onClick={() => void log(severity)}>
                {texts.habits.severity[severity]}
              </button>
            ))}
          </div>
          <p class="muted">{texts.habits.symptoms.physician}</p>
          {withContext && (
            <details>
              <summary>{texts.habits.symptoms.circumstances}</summary>
              <div class="buttons">
                {(["heat", "little_fluid", "anti_inflammatory"] as const).map((each) => (
                  <button type="button" key={each} onClick={() => void diary.send("context", { [each]: true })}>
                    {texts.habits.context[each]}
                  </button>
                ))}
              </div>
            </details>
          )}
        </>
      )}
    </Card>
  );
}
