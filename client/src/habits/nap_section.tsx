import { duration, timeOfDay } from "../language/format";
import { fill, texts } from "../language/language";
import type { Nap } from "../server/habit_payloads";
import type { Received } from "../state/athlete";
import type { Diary } from "../state/diary";
import { mayChange } from "../state/session";
import { Card } from "./card";
import { secondsUntil, useSeconds } from "./clock";

const MINUTES = [20, 25, 30];

/** The nap timer. */
export function NapSection({ received, diary }: { received: Received<Nap>; diary: Diary }) {
  const { state, until } = received.payload;
  const now = useSeconds(state === "napping");
  return (
    <Card title={texts.habits.nap.title}>
      <p role="status" class={state === "idle" ? "muted" : ""}>
        {state === "idle" && texts.habits.nap.idle}
        {state === "napping" && until !== null && fill(texts.habits.nap.until, { time: timeOfDay(new Date(until)) })}
        {state === "waking" && texts.habits.nap.waking}
      </p>
      {state === "napping" && until !== null && (
        <p class="large" role="timer">
          {duration(secondsUntil(until, now))}
        </p>
      )}
      {mayChange() &&
        (state === "idle" ? (
          <div class="buttons" role="group" aria-label={texts.habits.nap.start}>
            {MINUTES.map((minutes) => (
              <button type="button" key={minutes} onClick={() => void diary.send("nap", minutes)}>
                {fill(texts.habits.nap.minutes, { minutes })}
              </button>
            ))}
          </div>
        ) : (
          <button type="button" class="stop" onClick={() => void diary.send("nap", "stop")}>
            {texts.habits.nap.stop}
          </button>
        ))}
    </Card>
  );
}
