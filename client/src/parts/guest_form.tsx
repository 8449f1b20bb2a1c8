import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

import { texts } from "../language/language";
import { useBusy } from "../state/busy";
import { call, explain } from "../state/calls";

const text = texts.guest;

interface GuestFormProperties {
  /** the strap that is lent, if any */
  strap: { address: string; name: string } | null;
  close: () => void;
  added: () => Promise<void>;
}

/** Somebody trains here today, perhaps with a strap that is lent to them. */
export function GuestForm({ strap, close, added }: GuestFormProperties) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const failure = useSignal("");
  const [busy, run] = useBusy();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const add = async (form: FormData) => {
    failure.value = "";
    try {
      await call("guests.add", {
        name: String(form.get("name")).trim(),
        max_heart_rate: numberOf(form, "maximum"),
        birth_year: numberOf(form, "year"),
        address: strap?.address ?? null,
      });
      dialog.current?.close();
      await added();
    } catch (error) {
      failure.value = explain(error);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={close}>
      <h2 id={heading}>{strap === null ? text.title : `${text.title}: ${strap.name}`}</h2>
      <p>{text.text}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const values = new FormData(event.currentTarget);
          void run(() => add(values));
        }}
      >
        <label>
          {text.name}
          <input name="name" type="text" required maxLength={64} autocomplete="off" />
        </label>
        <label>
          {text.maximum}
          <input name="maximum" type="number" inputMode="numeric" min={60} max={240} />
        </label>
        <label>
          {text.year}
          <input name="year" type="number" inputMode="numeric" min={1900} max={new Date().getFullYear()} />
        </label>
        <p class="failure" role="alert">
          {failure.value}
        </p>
        <button class="main" aria-disabled={busy}>
          {strap === null ? text.add : text.lend}
        </button>
      </form>
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        {texts.control.cancel}
      </button>
    </dialog>
  );
}

function numberOf(form: FormData, name: string): number | null {
  const text = String(form.get(name));
  return text === "" ? null : Number(text);
}
