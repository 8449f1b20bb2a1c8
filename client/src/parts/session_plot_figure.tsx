import { useEffect, useId, useRef, useState } from "preact/hooks";

import { duration, percent } from "../language/format";
import { fill, texts } from "../language/language";
import type { SessionDetails } from "../server/history";
import type { Zone } from "../server/payloads";
import { SessionPlot } from "./session_plot";

const FACTOR = 2;

/** The plot with its buttons, the value at its cursor, and tables that say the same. */
export function SessionPlotFigure({ details }: { details: SessionDetails }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<SessionPlot | null>(null);
  const [index, setIndex] = useState<number | null>(null);
  const help = useId();
  useEffect(() => {
    plot.current = new SessionPlot(place.current!, details, setIndex);
    return () => plot.current?.destroy();
  }, [details]);
  const text = index === null ? whole(details) : valueText(details, index);
  const times = details.series.time_s;
  return (
    <section aria-labelledby="rate" class="rate">
      <h3 id="rate">{texts.history.plot}</h3>
      <p class="value">{text}</p>
      <div
        class="session-plot"
        ref={place}
        role="slider"
        tabIndex={0}
        aria-label={texts.history.cursor}
        aria-describedby={help}
        aria-valuemin={0}
        aria-valuemax={Math.round(times.at(-1) ?? 0)}
        aria-valuenow={Math.round(index === null ? 0 : times[index]!)}
        aria-valuetext={text}
        onKeyDown={(event) => {
          if (plot.current !== null && press(plot.current, event, times.at(-1) ?? 0)) event.preventDefault();
        }}
      />
      <div class="zoom">
        <button type="button" onClick={() => plot.current?.zoom(FACTOR)}>
          <span aria-hidden="true">+ </span>
          {texts.history.enlarge}
        </button>
        <button type="button" onClick={() => plot.current?.zoom(1 / FACTOR)}>
          <span aria-hidden="true">− </span>
          {texts.history.shrink}
        </button>
        <button type="button" onClick={() => plot.current?.reset()}>
          {texts.history.reset}
        </button>
      </div>
      <p class="muted" id={help}>
        {texts.history.plot_help}
      </p>
      <Tables details={details} />
    </section>
  );
}

/** Whether the key was for the plot. */
function press(plot: SessionPlot, event: KeyboardEvent, end: number): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowDown":
      plot.step(-1);
      return true;
    case "ArrowRight":
    case "ArrowUp":
      plot.step(1);
      return true;
    case "PageDown":
      plot.step(-10);
      return true;
    case "PageUp":
      plot.step(10);
      return true;
    case "Home":
      plot.point(0);
      return true;
    case "End":
      plot.point(end);
      return true;
    case "+":
    case "=":
      plot.zoom(FACTOR);
      return true;
    case "-":
      plot.zoom(1 / FACTOR);
      return true;
    case "0":
      plot.reset();
      return true;
  }
  return false;
}

function whole({ series }: SessionDetails): string {
  const rates = series.heart_rate.filter((rate) => rate !== null);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  return fill(texts.history.whole, { low, high, duration: duration(series.time_s.at(-1) ?? 0) });
}

function valueText({ series, scale, zones }: SessionDetails, index: number): string {
  const [rate, time] = [series.heart_rate[index] ?? null, duration(series.time_s[index] ?? 0)];
  if (rate === null) return fill(texts.history.no_value, { time });
  const effort = (rate - scale.base) / scale.span;
  return fill(texts.history.value, { time, rate, percent: percent(effort), zone: texts.zone[zoneOf(rate, zones)] });
}

/** The upper bounds of the two zones in the middle belong to them. */
function zoneOf(rate: number, bounds: Record<Zone, number>): Zone {
  if (rate < bounds.conversational) return "easy";
  if (rate <= bounds.hard) return "conversational";
  return rate <= bounds.very_hard ? "hard" : "very_hard";
}

function Tables({ details: { table, warnings } }: { details: SessionDetails }) {
  return (
    <details>
      <summary>{texts.history.as_table}</summary>
      <div class="tables">
        <table>
          <caption>
            {texts.history.rate} ({texts.live.bpm})
          </caption>
          <thead>
            <tr>
              <th scope="col">{texts.history.from}</th>
              <th scope="col">{texts.history.mean}</th>
              <th scope="col">{texts.history.low}</th>
              <th scope="col">{texts.history.high}</th>
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row.from_s}>
                <th scope="row">{duration(row.from_s)}</th>
                <td>{row.mean}</td>
                <td>{row.low}</td>
                <td>{row.high}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {warnings.length > 0 && (
          <table>
            <caption>{texts.history.warning_list}</caption>
            <thead>
              <tr>
                <th scope="col">{texts.history.warning_at}</th>
                <th scope="col">{texts.history.warning_rate}</th>
                <th scope="col">{texts.history.warning_length}</th>
              </tr>
            </thead>
            <tbody>
              {warnings.map((each) => (
                <tr key={each.from_s}>
                  <th scope="row">{duration(each.from_s)}</th>
                  <td>{each.heart_rate ?? "–"}</td>
                  <td>{duration(each.until_s - each.from_s)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </details>
  );
}
