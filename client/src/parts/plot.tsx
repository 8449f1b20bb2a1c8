import { useEffect, useRef } from "preact/hooks";

import { fill, texts } from "../language/language";
import type { AthleteState } from "../state/athlete";
import { EffortPlot } from "./effort_plot";

/** The last minutes of an athlete; a screen reader gets the range in words. */
export function Plot({ athlete }: { athlete: AthleteState }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<EffortPlot | null>(null);
  const session = athlete.session.value;
  const live = athlete.live.value;
  const fills = athlete.trace.fills.value;
  useEffect(() => {
    plot.current = new EffortPlot(place.current!, athlete.trace);
    return () => plot.current?.destroy();
  }, [athlete]);
  useEffect(() => plot.current?.draw(session), [athlete, session, live, fills]);
  const range = athlete.trace.range();
  const label = [
    fill(texts.live.plot, { name: athlete.name.value }),
    range === null ? "" : fill(texts.live.plot_range, { low: range[0], high: range[1] }),
  ];
  return <div class="plot" ref={place} role="img" aria-label={label.join(" ").trim()} />;
}
