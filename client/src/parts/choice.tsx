import { useId, useLayoutEffect, useRef } from "preact/hooks";

import { texts } from "../language/language";

interface ChoiceProperties<Value extends string> {
  title: string;
  options: (readonly [Value, string])[];
  current?: Value | undefined;
  choose: (value: Value) => void;
  close: () => void;
}

/** A question with large answers, over the page; Escape leaves it. */
export function Choice<Value extends string>({ title, options, current, choose, close }: ChoiceProperties<Value>) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // At once, so that the next key press is for the dialog.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const leave = () => dialog.current?.close();
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={close}>
      <h2 id={heading}>{title}</h2>
      {options.map(([value, name]) => (
        <button
          type="button"
          key={value}
          aria-pressed={current === undefined ? undefined : value === current}
          onClick={() => {
            choose(value);
            leave();
          }}
        >
          {name}
        </button>
      ))}
      <button type="button" class="quiet" onClick={leave}>
        {texts.control.close}
      </button>
    </dialog>
  );
}
