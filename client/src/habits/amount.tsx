import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";

import { fill, texts } from "../language/language";
import { useBusy } from "../state/busy";

interface AmountProperties {
  label: string;
  start: number;
  least: number;
  most: number;
  step: number;
  save: (value: number) => Promise<boolean>;
}

/** A number with buttons for less and more, and one that saves it. */
export function Amount({ label, start, least, most, step, save }: AmountProperties) {
  const value = useSignal(String(start));
  useEffect(() => void (value.value = String(start)), [start]);
  const id = useId();
  const [busy, run] = useBusy();
  const change = (by: number) => {
    const changed = Math.min(most, Math.max(least, (Number(value.value) || 0) + by));
    value.value = String(Math.round(changed * 100) / 100);
  };
  return (
    <form
      class="amount"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => save(Number(value.value)));
      }}
    >
      <label for={id}>{label}</label>
      <div>
        <button type="button" onClick={() => change(-step)} aria-label={fill(texts.habits.less, { what: label })}>
          −
        </button>
        <input
          id={id}
          type="number"
          inputMode="decimal"
          required
          min={least}
          max={most}
          step="any"
          value={value.value}
          onInput={(event) => (value.value = event.currentTarget.value)}
        />
        <button type="button" onClick={() => change(step)} aria-label={fill(texts.habits.more, { what: label })}>
          +
        </button>
        <button class="main" aria-disabled={busy}>{texts.habits.log}</button>
      </div>
    </form>
  );
}
