import { texts } from "../language/language";
import type { Live, Zone } from "../server/payloads";
import { percent } from "../language/format";
import { ZoneShape } from "./zone_shape";

/** The huge number, and below it shape, word and percentage of its zone. */
export function HeartRate({ live }: { live: Live | null }) {
  const rate = live?.heart_rate ?? null;
  const zone = rate === null ? null : (live?.zone ?? null);
  return (
    <>
      <p class="number">
        <span class="hidden">{texts.live.heart_rate} </span>
        {rate === null ? <span aria-hidden="true">–</span> : <span class="rate">{rate}</span>}
        {rate !== null && <span class="hidden"> {texts.live.bpm}</span>}
      </p>
      <p class="zone">
        <ZoneShape zone={zone} />
        <span>{zone === null ? texts.live.no_signal : texts.zone[zone]}</span>
        {rate !== null && live?.effort != null && <span class="percent">{percent(live.effort)}</span>}
      </p>
    </>
  );
}

/** The class that sets the colour. */
export function zoneClass(zone: Zone | null | undefined): string {
  return zone?.replace("_", "-") ?? "silent";
}
