import { number } from "../language/format";
import { fill, texts } from "../language/language";
import type { Habits } from "../server/habit_payloads";
import type { Diary } from "../state/diary";
import { mayChange } from "../state/session";
import { Amount } from "./amount";
import { Card } from "./card";
import { hoursText } from "./words";

const USUAL_H = 7.5;

/** The night before today; logged again, it is corrected. */
export function SleepSection({ sleep, diary }: { sleep: NonNullable<Habits["sleep"]>; diary: Diary }) {
  const [low, high] = sleep.target_h;
  const logged = sleep.last_night_h;
  return (
    <Card title={texts.habits.sleep.title}>
      <p class="large">{logged === null ? texts.habits.sleep.not_logged : hoursText(logged)}</p>
      <p class="muted">
        {fill(texts.habits.sleep.aim, { low: number(low), high: number(high) })}
        {sleep.week_mean_h !== null && ` ${fill(texts.habits.sleep.average, { hours: hoursText(sleep.week_mean_h) })}`}
        {sleep.nap_today_min > 0 && ` ${fill(texts.habits.sleep.naps, { minutes: number(sleep.nap_today_min) })}`}
      </p>
      {mayChange() && (
        <Amount
          label={texts.habits.sleep.hours}
          start={logged ?? USUAL_H}
          least={0}
          most={24}
          step={0.5}
          save={(hours) => diary.send("sleep", { hours, replace: true })}
        />
      )}
    </Card>
  );
}
