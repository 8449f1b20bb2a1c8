import { useEffect, useRef, useState } from "preact/hooks";

import { isSame } from "../../state/settings_form";
import type { TextFormat } from "./text_format";

interface TextControlProperties {
  id: string;
  format: TextFormat;
  value: unknown;
  change: (value: unknown) => void;
  inputMode?: "decimal" | "text";
  disabled?: boolean | undefined;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
}

/** A line of text for a value; while somebody writes, it is left as they write it. */
export function TextControl({ format, value, change, inputMode = "text", ...same }: TextControlProperties) {
  const [text, setText] = useState(format.write(value));
  const focused = useRef(false);
  useEffect(() => {
    if (!focused.current && !isSame(format.read(text) ?? null, value ?? null)) setText(format.write(value));
  }, [value]);
  return (
    <input
      {...same}
      type="text"
      inputMode={inputMode}
      autocapitalize="off"
      autocomplete="off"
      spellcheck={false}
      value={text}
      onFocus={() => (focused.current = true)}
      onBlur={() => {
        focused.current = false;
        setText(format.write(value));
      }}
      onInput={(event) => {
        setText(event.currentTarget.value);
        change(format.read(event.currentTarget.value));
      }}
    />
  );
}
