import { duration, number, percent, timeOfDay } from "../language/format";
import { fill, texts } from "../language/language";
import type { Band, Habits, Readiness } from "../server/habit_payloads";
import type { AthleteState } from "../state/athlete";
import type { Diary } from "../state/diary";
import { mayChange } from "../state/session";
import { Card } from "./card";
import { secondsUntil, useSeconds } from "./clock";
import { Heart } from "./heart";
import { messageText, rmssdText } from "./words";

interface ReadinessProperties {
  athlete: AthleteState;
  status: NonNullable<Habits["readiness"]>;
  diary: Diary;
}

/** The morning measurement, and what the mornings say. */
export function ReadinessSection({ athlete, status, diary }: ReadinessProperties) {
  const words = texts.habits.readiness;
  const state = athlete.readiness.value?.payload;
  if (status.advice === null) {
    return (
      <Card title={words.title} kind="readiness">
        <p>{messageText(status.reason)}</p>
      </Card>
    );
  }
  const measuring = state !== undefined && state.state !== "idle";
  return (
    <Card title={words.title} kind="readiness">
      {measuring ? <Progress state={state} rate={athlete.live.value?.heart_rate ?? null} /> : <Result status={status} />}
      {!measuring && state?.failure && (
        <p class="failure">{fill(words.failure, { reason: messageText(state.failure) })}</p>
      )}
      {!measuring && state?.failure === null && state.measured !== null && state.coverage !== null && (
        <p>
          {fill(words.quality, {
            time: timeOfDay(new Date(state.measured)),
            coverage: percent(state.coverage),
            artifacts: percent(state.artifact_ratio ?? 0),
          })}
        </p>
      )}
      {mayChange() && (
        <button
          type="button"
          class={measuring ? "stop" : "main"}
          onClick={() => void diary.send("readiness", measuring ? "stop" : "start")}
        >
          {measuring ? words.stop : words.start}
        </button>
      )}
      {!measuring && <p class="muted">{words.how}</p>}
      <p class="muted">{words.limits}</p>
    </Card>
  );
}

function Progress({ state, rate }: { state: Readiness; rate: number | null }) {
  const words = texts.habits.readiness;
  const now = useSeconds(true);
  const remainingS = state.ends === null ? 0 : secondsUntil(state.ends, now);
  const whole = state.stage_s ?? 1;
  return (
    <>
      <p class="large" role="status">
        {words.stage[state.state as "waiting" | "settling" | "measuring"]}
      </p>
      <Heart rate={rate} />
      <progress aria-label={words.progress} max={whole} value={Math.max(0, whole - remainingS)} />
      <p role="timer">{fill(words.left, { time: duration(remainingS) })}</p>
      {state.state === "measuring" && state.beats !== null && (
        <p>
          {fill(words.so_far, {
            beats: state.beats,
            coverage: percent(state.coverage_now ?? 0),
            artifacts: percent(state.artifact_ratio_now ?? 0),
          })}
        </p>
      )}
    </>
  );
}

function Result({ status }: { status: ReadinessProperties["status"] }) {
  const words = texts.habits.readiness;
  return (
    <>
      <p class="large">{texts.habits.advice[status.advice!]}</p>
      <p>{messageText(status.reason)}</p>
      {!status.measured_today && <p>{words.not_today}</p>}
      {status.ln_rmssd && status.heart_rate && (
        <table>
          <caption>{words.band}</caption>
          <thead>
            <tr>
              <td />
              <th scope="col">{texts.habits.today}</th>
              <th scope="col">{words.seven_days}</th>
              <th scope="col">{words.usual}</th>
            </tr>
          </thead>
          <tbody>
            <BandRow name={words.variability} band={status.ln_rmssd} text={rmssdText} />
            <BandRow name={words.heart_rate} band={status.heart_rate} text={(bpm) => number(Math.round(bpm))} />
          </tbody>
        </table>
      )}
    </>
  );
}

function BandRow({ name, band, text }: { name: string; band: Band; text: (value: number) => string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{band.today === null ? "–" : text(band.today)}</td>
      <td>{text(band.week)}</td>
      <td>{fill(texts.habits.range, { low: text(band.low), high: text(band.high) })}</td>
    </tr>
  );
}
