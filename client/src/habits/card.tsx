import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface CardProperties {
  title: string;
  /** of the style; none for most */
  kind?: string;
  children: ComponentChildren;
}

/** A part of the page with its heading. */
export function Card({ title, kind = "", children }: CardProperties) {
  const heading = useId();
  return (
    <section class={`card ${kind}`} aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {children}
    </section>
  );
}
