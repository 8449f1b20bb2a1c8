import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

import { texts } from "../language/language";
import { call, explain } from "../state/calls";

const text = texts.health;

interface GuestFormProperties {
  /** address of the strap that is lent */
  strap: string;
  name: string;
  close: () => void;
  added: () => Promise<void>;
}

/** Lend a strap to somebody for today. */
export function GuestForm({ strap, name, close, added }: GuestFormProperties) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const failure = useSignal("");
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    failure.value = "";
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const year = String(form.get("year"));
    try {
      await call("guests.add", {
        name: String(form.get("name")).trim(),
        birth_year: year === "" ? null : Number(year),
        address: strap,
      });
      dialog.current?.close();
      await added();
    } catch (error) {
      failure.value = explain(error);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={close}>
      <h2 id={heading}>
        {text.guest}: {name}
      </h2>
      <p>{text.guest_text}</p>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          {text.guest_name}
          <input name="name" type="text" required maxLength={64} autocomplete="off" />
        </label>
        <label>
          {text.guest_year}
          <input name="year" type="number" inputMode="numeric" min={1900} max={new Date().getFullYear()} />
        </label>
        <p class="failure" role="alert">
          {failure.value}
        </p>
        <button class="main">{text.guest_submit}</button>
      </form>
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        {text.cancel}
      </button>
    </dialog>
  );
}
