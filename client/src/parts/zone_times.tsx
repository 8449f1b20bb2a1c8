import { duration, percent } from "../language/format";
import { fill, texts } from "../language/language";
import { ZONES, type Zone } from "../server/payloads";
import { zoneClass } from "./heart_rate";
import { ZoneShape } from "./zone_shape";

interface ZoneTimesProperties {
  /** in s */
  times: Record<Zone, number>;
  /** the heart rate from which each zone holds */
  bounds: Record<Zone, number>;
}

/** Time in each zone, as a table whose rows have bars. */
export function ZoneTimes({ times, bounds }: ZoneTimesProperties) {
  const total = ZONES.reduce((sum, zone) => sum + (times[zone] ?? 0), 0) || 1;
  return (
    <section aria-labelledby="zones">
      <h3 id="zones">{texts.history.zones}</h3>
      <table class="zone-times">
        <thead>
          <tr>
            <th scope="col">{texts.history.zone}</th>
            <th scope="col">{texts.history.time}</th>
            <th scope="col">{texts.history.share}</th>
          </tr>
        </thead>
        <tbody>
          {ZONES.map((zone) => (
            <tr key={zone} class={zoneClass(zone)}>
              <th scope="row">
                <ZoneShape zone={zone} /> {texts.zone[zone]}
                <small>{fill(texts.history.rates, { rates: range(zone, bounds) })}</small>
              </th>
              <td>{duration(times[zone] ?? 0)}</td>
              <td>
                {percent((times[zone] ?? 0) / total)}
                <svg class="bar" aria-hidden="true">
                  <rect width={`${(100 * (times[zone] ?? 0)) / total}%`} height="100%" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function range(zone: Zone, bounds: Record<Zone, number>): string {
  const next = ZONES[ZONES.indexOf(zone) + 1];
  const [from, to] = [Math.round(bounds[zone]), next === undefined ? null : Math.round(bounds[next])];
  if (to === null) return fill(texts.history.above, { from });
  return zone === "easy" ? fill(texts.history.up_to, { to }) : fill(texts.history.from_to, { from, to });
}
