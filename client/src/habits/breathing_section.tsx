import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { number } from "../language/format";
import { fill, texts } from "../language/language";
import { Figure } from "../parts/figure";
import type { Habits } from "../server/habit_payloads";
import type { AthleteState } from "../state/athlete";
import type { Diary } from "../state/diary";
import { mayChange } from "../state/session";
import { Card } from "./card";
import { Lungs } from "./lungs";

const PACES = [4.5, 5, 5.5, 6, 6.5];
const MINUTES = [3, 5, 10, 20];

interface BreathingProperties {
  athlete: AthleteState;
  status: NonNullable<Habits["breathing"]>;
  diary: Diary;
}

/** Breathing at an even pace, led by light, sound and this picture. */
export function BreathingSection({ athlete, status, diary }: BreathingProperties) {
  const state = athlete.breathing.value?.payload;
  const rate = athlete.live.value?.heart_rate ?? null;
  const words = texts.habits.breathing;
  return (
    <Card title={words.title} kind="breathing">
      {state?.state === "breathing" ? (
        <>
          <Lungs received={athlete.breathing} />
          <dl class="facts">
            <Figure name={words.pace} value={fill(words.pace_value, { pace: number(state.pace ?? 0) })} />
            {(state.steps ?? 1) > 1 && (
              <Figure name={words.step} value={fill(texts.habits.of, { value: state.step ?? 1, aim: state.steps ?? 1 })} />
            )}
            {athlete.hrvApplies.value && <Figure name={words.coherence} value={state.coherence === null ? "–" : number(state.coherence, 2)} />}
            <Figure name={texts.live.heart_rate} value={rate === null ? "–" : `${rate} ${texts.live.bpm}`} />
          </dl>
          {mayChange() && (
            <button type="button" class="stop" onClick={() => void diary.send("breathe", "stop")}>
              {words.stop}
            </button>
          )}
        </>
      ) : (
        <>
          <p>
            {fill(words.done, { today: number(status.today_min), week: number(status.week_min) })}
            {athlete.hrvApplies.value && status.last_coherence !== null && ` ${fill(words.last, { coherence: number(status.last_coherence, 2) })}`}
            {status.suited_pace !== null && ` ${fill(words.suited, { pace: number(status.suited_pace) })}`}
          </p>
          {mayChange() && <Start diary={diary} />}
        </>
      )}
      {!athlete.hrvApplies.value && <p>{words.not_applicable}</p>}
      <p class="muted">{words.limits}</p>
    </Card>
  );
}

function Start({ diary }: { diary: Diary }) {
  const pace = useSignal("");
  const minutes = useSignal("");
  const ids = [useId(), useId()] as const;
  const words = texts.habits.breathing;
  const choices = () => ({
    ...(pace.value && { pace: Number(pace.value) }),
    ...(minutes.value && { minutes: Number(minutes.value) }),
  });
  return (
    <>
      <div class="fields">
        <label for={ids[0]}>{words.pace}</label>
        <select id={ids[0]} value={pace.value} onChange={(event) => (pace.value = event.currentTarget.value)}>
          <option value="">{words.own}</option>
          {PACES.map((each) => (
            <option key={each} value={each}>
              {fill(words.pace_value, { pace: number(each) })}
            </option>
          ))}
        </select>
        <label for={ids[1]}>{words.length}</label>
        <select id={ids[1]} value={minutes.value} onChange={(event) => (minutes.value = event.currentTarget.value)}>
          <option value="">{words.own}</option>
          {MINUTES.map((each) => (
            <option key={each} value={each}>
              {fill(texts.habits.nap.minutes, { minutes: each })}
            </option>
          ))}
        </select>
      </div>
      <div class="buttons">
        <button type="button" class="main" onClick={() => void diary.send("breathe", choices())}>
          {words.start}
        </button>
        <button type="button" onClick={() => void diary.send("breathe", { find: true })}>
          {words.find}
        </button>
      </div>
    </>
  );
}
