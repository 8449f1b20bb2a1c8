import { duration, percent, timeOfDay } from "../language/format";
import { fill, texts } from "../language/language";
import type { AthleteState } from "../state/athlete";
import { mayChange } from "../state/session";
import { view } from "../view";
import { Controls } from "./controls";
import { HeartRate, zoneClass } from "./heart_rate";
import { Plot } from "./plot";

export function AthleteCard({ athlete }: { athlete: AthleteState }) {
  const live = athlete.live.value;
  const warning = live?.warning ?? "signal_lost";
  const mutedUntil = athlete.session.value?.muted_until;
  const heading = `athlete-${athlete.id}`;
  return (
    <article
      class={`athlete ${zoneClass(live?.zone)} ${warning.replace("_", "-")}`}
      aria-labelledby={heading}
      data-athlete={athlete.id}
    >
      <div class="top">
        <h2 id={heading}>
          {view.athlete === null ? (
            <a href={`?athlete=${encodeURIComponent(athlete.id)}`}>{athlete.name}</a>
          ) : (
            athlete.name
          )}
        </h2>
        <p class="muted" role="status">
          {mutedUntil && fill(texts.live.muted_until, { time: timeOfDay(new Date(mutedUntil)) })}
        </p>
      </div>
      <HeartRate live={live} />
      <p class="warning" role="status">
        {live?.heart_rate == null ? "" : texts.warning[warning]}
      </p>
      <Facts athlete={athlete} />
      <Plot athlete={athlete} />
      {mayChange() && <Controls athlete={athlete} />}
    </article>
  );
}

function Facts({ athlete }: { athlete: AthleteState }) {
  const live = athlete.live.value;
  const session = athlete.session.value;
  const active = session?.state === "active";
  // It goes on without a signal, but is not told.
  const elapsed = live?.heart_rate == null ? null : live.elapsed_s;
  return (
    <dl class="facts">
      <div>
        <dt>{texts.live.talking_pace}</dt>
        <dd>{active ? duration(live?.zones_s?.conversational ?? 0) : "–"}</dd>
      </div>
      <div>
        <dt>{texts.live.elapsed}</dt>
        <dd>{!active ? texts.live.no_session : elapsed === null ? "–" : duration(elapsed)}</dd>
      </div>
      {session !== null && (
        <div>
          <dt>{texts.live.ceiling}</dt>
          <dd>
            {fill(texts.live.ceiling_value, {
              percent: percent(session.ceiling),
              rate: session.ceiling_heart_rate,
            })}
          </dd>
        </div>
      )}
    </dl>
  );
}
