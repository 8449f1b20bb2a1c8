import { useId } from "preact/hooks";
import { useSignal } from "@preact/signals";

import { percent, weekday } from "../language/format";
import { fill, texts } from "../language/language";
import { ACTIVITIES, type Activity } from "../server/payloads";
import type { Habits } from "../server/habit_payloads";
import type { Diary } from "../state/diary";
import { mayChange } from "../state/session";
import { Amount } from "./amount";
import { Card } from "./card";
import { Meter } from "./meter";

const DAYS = 7;
const DAY_MS = 86_400_000;
const LEAST_HEIGHT_MIN = 30;

type Week = NonNullable<Habits["week"]>;

/** Sessions and minutes of the week against the aim, and each day. */
export function WeekSection({ week, day, diary }: { week: Week; day: string; diary: Diary }) {
  const minutes = Math.round(week.days.reduce((sum, each) => sum + each.band_s, 0) / 60);
  const aim = Math.round((week.cardio_target * week.session_band_s) / 60);
  return (
    <Card title={texts.habits.week.title}>
      <Meter
        label={texts.habits.week.sessions}
        value={week.cardio_sessions}
        most={week.cardio_target}
        text={fill(texts.habits.of, { value: week.cardio_sessions, aim: week.cardio_target })}
      />
      <Meter
        label={texts.habits.week.talking_pace}
        value={minutes}
        most={aim}
        text={fill(texts.habits.week.minutes_of, { minutes, aim })}
      />
      <Days week={week} today={day} />
      {week.share_at_or_under_ceiling !== null && (
        <p class="muted">{fill(texts.habits.week.under_ceiling, { percent: percent(week.share_at_or_under_ceiling) })}</p>
      )}
      {mayChange() && <ActivityForm diary={diary} />}
    </Card>
  );
}

/** A table that is drawn as bars. */
function Days({ week, today }: { week: Week; today: string }) {
  const start = Date.parse(week.start);
  const days = Array.from({ length: DAYS }, (_, number) => new Date(start + number * DAY_MS).toISOString().slice(0, 10));
  const minutes = new Map(week.days.map((each) => [each.day, [each.exercise_s / 60, each.band_s / 60] as const]));
  const highest = Math.max(LEAST_HEIGHT_MIN, ...[...minutes.values()].map(([all]) => all));
  return (
    <table class="days">
      <caption>{texts.habits.week.each_day}</caption>
      <thead class="hidden">
        <tr>
          <th scope="col">{texts.habits.week.day}</th>
          <th scope="col">{texts.habits.week.exercise}</th>
          <th scope="col">{texts.habits.week.talking_pace}</th>
        </tr>
      </thead>
      <tbody>
        {days.map((each) => {
          const [all, atPace] = minutes.get(each) ?? [0, 0];
          return (
            <tr key={each} aria-current={each === today ? "date" : undefined}>
              <th scope="row">
                <span aria-hidden="true">{weekday(each, "short")}</span>
                <span class="hidden">{weekday(each)}</span>
              </th>
              <td>
                <span class="bar" ref={(bar) => bar?.style.setProperty("--share", String(all / highest))} />
                <span>{all > 0 ? Math.round(all) : "–"}</span>
              </td>
              <td>
                <span class="bar" ref={(bar) => bar?.style.setProperty("--share", String(Math.min(all, atPace) / highest))} />
                <span class="hidden">{Math.round(atPace)}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function ActivityForm({ diary }: { diary: Diary }) {
  const activity = useSignal<Activity>("cardio");
  const hard = useSignal(false);
  const id = useId();
  return (
    <details>
      <summary>{texts.habits.week.without_strap}</summary>
      <div class="fields">
        <label for={id}>{texts.habits.week.what}</label>
        <select id={id} value={activity.value} onChange={(event) => (activity.value = event.currentTarget.value as Activity)}>
          {ACTIVITIES.map((each) => (
            <option key={each} value={each}>
              {texts.activity[each]}
            </option>
          ))}
        </select>
        <label class="check">
          <input type="checkbox" checked={hard.value} onChange={(event) => (hard.value = event.currentTarget.checked)} />
          {texts.habits.week.hard}
        </label>
        <Amount
          label={texts.habits.minutes}
          start={30}
          least={1}
          most={1440}
          step={5}
          save={(minutes) => diary.send("log_activity", { activity: activity.value, minutes, hard: hard.value })}
        />
      </div>
    </details>
  );
}
