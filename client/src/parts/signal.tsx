import { texts } from "../language/language";

const STRONG_DBM = -65;
const MEDIUM_DBM = -80;

/** How well a strap is received: bars, a word, and the figure. */
export function Signal({ dbm }: { dbm: number | null }) {
  const strength = dbm === null ? "none" : dbm >= STRONG_DBM ? "strong" : dbm >= MEDIUM_DBM ? "medium" : "weak";
  const bars = { none: 0, weak: 1, medium: 2, strong: 3 }[strength];
  return (
    <span class="signal">
      <svg viewBox="0 0 24 20" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect key={bar} class={bar < bars ? "on" : ""} x={1 + bar * 8} y={13 - bar * 6} width="5" height={6 + bar * 6} />
        ))}
      </svg>
      {texts.first_use.pair.signal[strength]}
      {dbm !== null && <span class="muted"> {dbm} dBm</span>}
    </span>
  );
}
