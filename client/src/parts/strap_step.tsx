import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { fill, texts } from "../language/language";
import type { StepProperties } from "../pages/first_use";
import type { FoundStrap } from "../server/setup_payloads";
import { SEARCH_S, useStraps, type PairingSteps } from "../state/search";
import { Signal } from "./signal";

const text = texts.first_use.pair;

/** Find the strap, pair it, and see the first beats. */
export function StrapStep({ state, answerAndGo, next }: StepProperties) {
  const search = useStraps();
  const athlete = useSignal(Object.keys(state.athletes).at(-1) ?? "");
  const { pairing, result } = search;
  const busy = search.searching.value || (pairing.value !== null && result.value === null);
  return (
    <>
      <p>{text.introduction}</p>
      {Object.entries(state.straps).map(([id, owned]) => (
        <p key={id}>{fill(text.there, { name: state.athletes[id] ?? id, count: owned.length })}</p>
      ))}
      {!["ok", "not used"].includes(state.bluetooth) && (
        <p class="failure">{fill(text.off, { reason: state.bluetooth })}</p>
      )}
      {Object.keys(state.athletes).length > 1 && (
        <label>
          {text.who}
          <select value={athlete.value} disabled={busy} onChange={(event) => (athlete.value = event.currentTarget.value)}>
            {Object.entries(state.athletes).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {pairing.value !== null && <PairingProgress steps={pairing.value} />}
      {pairing.value === null && (search.searching.value || search.straps.value.length > 0) && (
        <FoundStraps straps={search.straps.value} names={state.athletes} pair={(strap) => void search.pair(strap, athlete.value)} />
      )}
      {search.searching.value && pairing.value === null && <SearchProgress />}
      {search.isComplete.value && pairing.value === null && search.straps.value.length === 0 && (
        <p role="status">{text.none}</p>
      )}
      <p role="status" class="success">
        {result.value !== null && fill(text.paired, { name: result.value.name ?? text.unnamed })}{" "}
        {result.value?.battery_percent != null && fill(text.battery, { percent: result.value.battery_percent })}
      </p>
      <p class="failure" role="alert">
        {search.failure.value}
      </p>
      <div class="buttons">
        {result.value !== null || (!busy && Object.keys(state.straps).length > 0) ? (
          <button type="button" class="main" onClick={() => void next()}>
            {texts.first_use.next}
          </button>
        ) : null}
        {busy ? (
          <button type="button" onClick={search.stop}>
            {text.stop}
          </button>
        ) : (
          result.value === null && (
            <button type="button" class="main" onClick={() => void search.search()}>
              {text.search}
            </button>
          )
        )}
        {!busy && result.value === null && Object.keys(state.straps).length === 0 && (
          <button type="button" onClick={() => void answerAndGo({ strap: "later" })}>
            {texts.first_use.later}
          </button>
        )}
      </div>
    </>
  );
}

interface FoundProperties {
  straps: FoundStrap[];
  names: Record<string, string>;
  pair: (strap: FoundStrap) => void;
}

function FoundStraps({ straps, names, pair }: FoundProperties) {
  return (
    <>
      <h3>{text.found}</h3>
      <ul class="rows" aria-live="polite">
        {straps.map((strap) => (
          <li key={strap.address}>
            <span>
              <strong>{strap.name ?? text.unnamed}</strong>{" "}
              <span class="muted">
                {strap.address}
                {strap.athlete !== null && ` · ${fill(text.owner, { name: names[strap.athlete] ?? strap.athlete })}`}
              </span>
            </span>
            <Signal dbm={strap.signal_dbm} />
            <button type="button" onClick={() => pair(strap)}>
              {text.pair}
              <span class="hidden"> {strap.name ?? strap.address}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function SearchProgress() {
  const seconds = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => seconds.value++, 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <label>
      {text.searching}
      <progress max={SEARCH_S} value={Math.min(seconds.value, SEARCH_S)} />
    </label>
  );
}

function PairingProgress({ steps }: { steps: PairingSteps }) {
  return (
    <div role="status">
      <h3>{fill(text.pairing, { name: steps.strap.name ?? text.unnamed })}</h3>
      <ol class="progress">
        {steps.steps.map((step, index) => (
          <li key={index}>{translate(step)}</li>
        ))}
        {steps.heartRate !== null && <li class="beats">{fill(text.beats, { rate: steps.heartRate })}</li>}
      </ol>
    </div>
  );
}

/** The daemon's steps are in English; a rare one stays so. */
function translate(step: string): string {
  for (const word of ["scanning", "connecting", "bonding"] as const) {
    if (step.startsWith(word)) return text[word];
  }
  return step;
}
