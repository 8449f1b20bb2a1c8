import { percent, timeOfDay } from "../../language/format";
import { fill, texts } from "../../language/language";
import { ACTIVITIES } from "../../server/payloads";
import type { AthleteDescription } from "../../server/settings";
import type { Straps } from "../../server/setup_payloads";
import { maximumSource } from "./names";

const words = texts.settings.athletes;

/** An athlete's numbers, and whether they are measured or estimated. */
export function AthleteSummary({ athlete, straps }: { athlete: AthleteDescription; straps: Straps }) {
  const { thresholds, values } = athlete;
  const owned = straps.owned.filter((each) => each.athlete === athlete.athlete);
  const marks = (["heart_rate_drug", "irregular_rhythm"] as const).filter((key) => values[key]?.value === true);
  return (
    <>
      <h3>
        {athlete.name}
        {athlete.guest_until !== null && (
          <span class="origin"> {fill(words.guest_until, { time: timeOfDay(new Date(athlete.guest_until)) })}</span>
        )}
      </h3>
      {athlete.problem !== null && (
        <p class="failure">
          {words.cannot_train} <span lang="en">{athlete.problem}</span>
        </p>
      )}
      {thresholds !== null && (
        <dl>
          <dt>{words.maximum}</dt>
          <dd>
            {fill(words.rate, { rate: Math.round(thresholds.max_heart_rate) })} · <strong>{maximumSource(thresholds.max_heart_rate_source)}</strong>
          </dd>
          <dt>{texts.zone.conversational}</dt>
          <dd>
            {fill(words.range, { from: thresholds.zones.easy.heart_rate + 1, to: thresholds.zones.conversational.heart_rate })}{" "}
            <span class="muted">
              ({percent(thresholds.zones.easy.effort)} – {percent(thresholds.zones.conversational.effort)})
            </span>
          </dd>
          <dt>{texts.zone.hard}</dt>
          <dd>
            {fill(words.range, { from: thresholds.zones.conversational.heart_rate + 1, to: thresholds.zones.hard.heart_rate })}
          </dd>
          <dt>{texts.live.ceiling}</dt>
          <dd>
            {ACTIVITIES.map((activity) => `${texts.activity[activity]} ${thresholds.ceilings[activity].heart_rate}`).join(" · ")}
            {thresholds.ceiling_lowered_by > 0 && ` · ${fill(words.lowered, { by: percent(thresholds.ceiling_lowered_by) })}`}
          </dd>
          <dt>{words.straps}</dt>
          <dd>
            {owned.length === 0 ? words.no_strap : owned.map((each) => strapText(each.name ?? each.address, each.battery_percent)).join(" · ")}
          </dd>
        </dl>
      )}
      {marks.map((key) => (
        <p key={key}>{words.marks[key]}</p>
      ))}
    </>
  );
}

function strapText(name: string, battery: number | null): string {
  return battery === null ? name : `${name} (${percent(battery / 100)})`;
}
