import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A heading that gets the focus as it appears, in place of what was there before. */
export function FocusedHeading({ id, children }: { id?: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} id={id} tabIndex={-1}>
      {children}
    </h2>
  );
}
