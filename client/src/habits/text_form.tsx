import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { texts } from "../language/language";
import { useBusy } from "../state/busy";

interface TextFormProperties {
  label: string;
  longest: number;
  save: (text: string) => Promise<boolean>;
}

/** A line of text that is logged; the field is empty again once it is. */
export function TextForm({ label, longest, save }: TextFormProperties) {
  const text = useSignal("");
  const id = useId();
  const [busy, run] = useBusy();
  return (
    <form
      class="text"
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          if (await save(text.value)) text.value = "";
        });
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        required
        maxLength={longest}
        pattern=".*\S.*"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button class="main" aria-disabled={busy}>{texts.habits.log}</button>
    </form>
  );
}
