import { useState } from "preact/hooks";

import { duration, localDateTime, number, percent } from "../language/format";
import { fill, texts } from "../language/language";
import { maximumSource } from "../pages/settings/names";
import { loadDetails, type SessionDetails, type SessionSummary } from "../server/history";
import { nameOf } from "../state/athlete_name";
import { restoreSession } from "../state/history";
import { useLoading } from "../state/loading";
import { reasonOf } from "../state/reason";
import { Figure } from "./figure";
import { FocusedHeading } from "./focused_heading";
import { LoadFailure } from "./load_failure";
import { activityName } from "./month_view";
import { SessionActions } from "./session_actions";
import { SessionPlotFigure } from "./session_plot_figure";
import { ZoneTimes } from "./zone_times";

const RECOVERIES = [60, 120, 300] as const;

/** One session: plot, zones, figures, report and files; where it was deleted, a button that restores it. */
export function SessionView({ session }: { session: string }) {
  const { value, failure, missing, reload } = useLoading(() => loadDetails(session), session);
  return (
    <div class="history">
      <p>
        <a class="back" href="#history">
          <span aria-hidden="true">← </span>
          {texts.history.back}
        </a>
      </p>
      {missing ? (
        <MissingSession session={session} reload={reload} />
      ) : (
        <>
          <LoadFailure reason={failure} reload={reload} />
          {value === null ? failure === "" && <p class="empty">{texts.loading}</p> : <Details details={value} reload={reload} />}
        </>
      )}
    </div>
  );
}

function MissingSession({ session, reload }: { session: string; reload: () => void }) {
  const [failure, setFailure] = useState("");
  const restore = () =>
    restoreSession(session).then(reload, (problem: unknown) =>
      setFailure(fill(texts.failed, { reason: reasonOf(problem) })),
    );
  return (
    <>
      <h2>{texts.history.was_deleted}</h2>
      <p>
        <button type="button" onClick={() => void restore()}>
          {texts.history.restore}
        </button>
      </p>
      <p class="failure" role="alert">
        {failure}
      </p>
    </>
  );
}

function Details({ details, reload }: { details: SessionDetails; reload: () => void }) {
  const { summary } = details;
  return (
    <>
      <div class="session-title">
        <FocusedHeading>{localDateTime(details.start)}</FocusedHeading>
        <p>
          <strong>{nameOf(details.athlete)}</strong> · {activityName(details.activity)}
          {details.active && <span class="muted"> · {texts.history.active}</span>}
          {details.discarded && <span class="muted"> · {texts.history.short}</span>}
        </p>
        {details.active && (
          <button type="button" onClick={reload}>
            {texts.history.reload}
          </button>
        )}
      </div>
      {details.figures !== null && (
        <dl class="key-figures">
          <Figure name={texts.history.duration} value={duration(details.figures.duration_s)} />
          <Figure name={texts.live.talking_pace} value={duration(details.figures.conversational_s)} />
          <Figure name={texts.history.over_ceiling} value={duration(details.figures.over_ceiling_s)} />
          <Figure
            name={texts.history.mean_max}
            value={`${Math.round(details.figures.mean)} / ${details.figures.max} ${texts.live.bpm}`}
          />
          <Figure name={texts.history.warnings} value={details.figures.warnings} />
        </dl>
      )}
      {details.series.time_s.length > 1 && <SessionPlotFigure details={details} />}
      {summary !== null && (
        <div class="sections">
          <ZoneTimes times={summary.zones_s} bounds={details.zones} />
          <Recovery summary={summary} />
          <Hrv summary={summary} />
          <AllFigures summary={summary} />
        </div>
      )}
      {!details.active && <SessionActions session={details.session} />}
    </>
  );
}

function Recovery({ summary }: { summary: SessionSummary }) {
  const values = [
    summary.heart_rate_recovery_60s,
    summary.heart_rate_recovery_120s,
    summary.heart_rate_recovery_300s,
  ].map((value) => value ?? null);
  return (
    <section aria-labelledby="recovery">
      <h3 id="recovery">{texts.history.recovery}</h3>
      {values.every((value) => value === null) ? (
        <p class="muted">{texts.history.recovery_none}</p>
      ) : (
        <dl class="rows">
          {RECOVERIES.map((seconds, index) => {
            const value = values[index] ?? null;
            const name = fill(texts.history.recovery_after, { seconds });
            return <Figure name={name} value={value === null ? "–" : fill(texts.history.recovery_value, { value })} />;
          })}
        </dl>
      )}
    </section>
  );
}

function Hrv({ summary: { hrv } }: { summary: SessionSummary }) {
  if (hrv === null) return null;
  const inMs = (value: number | null) => (value === null ? "–" : fill(texts.history.ms, { value: number(value) }));
  return (
    <section aria-labelledby="hrv">
      <h3 id="hrv">{texts.history.hrv}</h3>
      <dl class="rows">
        <Figure name={texts.history.rmssd} value={inMs(hrv.rmssd_ms)} />
        <Figure name={texts.history.sdnn} value={inMs(hrv.sdnn_ms)} />
        <Figure name={texts.history.alpha} value={hrv.dfa_alpha1 === null ? "–" : number(hrv.dfa_alpha1)} />
        <Figure name={texts.history.coverage} value={percent(hrv.rr_coverage)} />
        <Figure name={texts.history.artifacts} value={percent(hrv.artifact_ratio)} />
      </dl>
    </section>
  );
}

function AllFigures({ summary }: { summary: SessionSummary }) {
  const { heart_rate: rate, load, target } = summary;
  const bpm = (value: number) => `${Math.round(value)} ${texts.live.bpm}`;
  const figures: [string, string | number | null][] = [
    [texts.history.mean_rate, bpm(rate.mean)],
    [texts.history.lowest, bpm(rate.min)],
    [texts.history.highest, bpm(rate.max)],
    [texts.history.mean_effort, percent(summary.effort.mean)],
    [texts.history.highest_effort, percent(summary.effort.max)],
    [texts.history.maximum, `${bpm(summary.max_heart_rate)}, ${maximumSource(summary.max_heart_rate_source)}`],
    [texts.history.ceiling_name, percent(summary.ceiling)],
    [texts.history.longest, duration(summary.longest_conversational_s)],
    [
      fill(texts.history.target, { time: duration(target.band_s) }),
      target.reached ? texts.history.reached : texts.history.not_reached,
    ],
    [texts.history.load_edwards, Math.round(load.edwards_trimp)],
    [texts.history.load_banister, load.banister_trimp === null ? null : Math.round(load.banister_trimp)],
    [texts.history.recorded, duration(summary.recorded_s)],
    [texts.history.gap, duration(summary.gap_s)],
    [texts.history.measurements, summary.measurements],
    [texts.history.implausible, summary.implausible == null ? null : duration(summary.implausible.held_s)],
    [texts.history.strap, summary.strap === null ? null : summary.strap.name || summary.strap.address],
  ];
  return (
    <section aria-labelledby="figures">
      <h3 id="figures">{texts.history.all_figures}</h3>
      <dl class="rows">
        {figures.map(([name, value]) => value !== null && <Figure key={name} name={name} value={value} />)}
      </dl>
    </section>
  );
}
