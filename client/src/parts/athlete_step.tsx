import { useSignal } from "@preact/signals";

import { fill, texts } from "../language/language";
import type { StepProperties } from "../pages/first_use";
import { athleteId, ceilingRate, estimateMaximum } from "../state/athlete_values";
import { useBusy } from "../state/busy";
import { call, explain } from "../state/calls";
import { loadAthletes } from "../state/household";

const text = texts.first_use.add;
const USUAL_CEILING = 0.7;

/** Who trains: a name, and what the ceiling follows from. */
export function AthleteStep({ state, next }: StepProperties) {
  const names = Object.values(state.athletes);
  const another = useSignal(names.length === 0);
  return (
    <>
      <p>{text.introduction}</p>
      {names.length > 0 && (
        <>
          <p>{fill(text.there, { names: names.join(", ") })}</p>
          <div class="buttons">
            <button type="button" class="main" onClick={() => void next()}>
              {texts.first_use.next}
            </button>
            <button type="button" onClick={() => (another.value = true)}>
              {text.another}
            </button>
          </div>
        </>
      )}
      {another.value && (
        <AthleteForm
          others={Object.keys(state.athletes)}
          then={async () => {
            another.value = false;
            await next();
          }}
        />
      )}
    </>
  );
}

function AthleteForm({ others, then }: { others: string[]; then: () => Promise<void> }) {
  const name = useSignal("");
  const year = useSignal("");
  const maximum = useSignal("");
  const ceiling = useSignal("");
  const byTest = useSignal(false);
  const drug = useSignal(false);
  const rhythm = useSignal(false);
  const failure = useSignal("");
  const own = drug.value || rhythm.value;
  const byMaximum = byTest.value || own;

  const [busy, run] = useBusy();
  const save = async () => {
    failure.value = "";
    const values: Record<string, unknown> = { name: name.value.trim() };
    if (byMaximum) values.max_heart_rate = Number(maximum.value);
    else values.birth_year = Number(year.value);
    if (drug.value) values.heart_rate_drug = true;
    if (rhythm.value) values.irregular_rhythm = true;
    if (own) values.ceiling = Number(ceiling.value) / 100;
    try {
      await call("first_use.set", { open: true });
      await call("athletes.add", { athlete: athleteId(name.value, others), values });
      await loadAthletes().catch(() => undefined);
      await then();
    } catch (error) {
      failure.value = explain(error);
    }
  };

  const estimate = estimateMaximum(Number(year.value));
  const highest = Number(maximum.value);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run(save);
      }}
    >
      <label>
        {text.name}
        <input
          type="text"
          required
          maxLength={64}
          autocomplete="off"
          value={name.value}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
      </label>
      <fieldset>
        <legend>{text.heart}</legend>
        <Check label={text.drug} value={drug} />
        <Check label={text.rhythm} value={rhythm} />
        {own && <p class="hint">{text.heart_meaning}</p>}
      </fieldset>
      {!own && (
        <fieldset>
          <legend>{text.basis}</legend>
          {[false, true].map((option) => (
            <label class="check" key={String(option)}>
              <input
                type="radio"
                name="by"
                checked={byTest.value === option}
                onChange={() => (byTest.value = option)}
              />
              {option ? text.by_maximum : text.by_year}
            </label>
          ))}
        </fieldset>
      )}
      {byMaximum ? (
        <label>
          {text.maximum}
          <NumberInput value={maximum} min={60} max={240} />
          <span class="hint">
            {text.maximum_hint} {!own && highest > 0 && fill(text.maximum_meaning, { ceiling: ceilingRate(highest, USUAL_CEILING) })}
          </span>
        </label>
      ) : (
        <label>
          {text.year}
          <NumberInput value={year} min={1900} max={new Date().getFullYear()} />
          {estimate !== null && (
            <span class="hint">
              {fill(text.year_meaning, {
                maximum: Math.round(estimate),
                ceiling: ceilingRate(estimate, USUAL_CEILING),
              })}
            </span>
          )}
        </label>
      )}
      {own && (
        <label>
          {text.ceiling}
          <NumberInput value={ceiling} min={30} max={100} />
          {highest > 0 && Number(ceiling.value) >= 30 && (
            <span class="hint">
              {fill(text.ceiling_meaning, { ceiling: ceilingRate(highest, Number(ceiling.value) / 100) })}
            </span>
          )}
        </label>
      )}
      <p class="failure" role="alert">
        {failure.value}
      </p>
      <button class="main" aria-disabled={busy}>{text.submit}</button>
    </form>
  );
}

interface Value<Content> {
  value: Content;
}

function Check({ label, value }: { label: string; value: Value<boolean> }) {
  return (
    <label class="check">
      <input type="checkbox" checked={value.value} onChange={(event) => (value.value = event.currentTarget.checked)} />
      {label}
    </label>
  );
}

function NumberInput({ value, min, max }: { value: Value<string>; min: number; max: number }) {
  return (
    <input
      type="number"
      inputMode="numeric"
      required
      min={min}
      max={max}
      value={value.value}
      onInput={(event) => (value.value = event.currentTarget.value)}
    />
  );
}
