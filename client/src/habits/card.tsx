import type { ComponentChildren, RefObject } from "preact";
import { useId } from "preact/hooks";

interface CardProperties {
  title: string;
  /** of the style; none for most */
  kind?: string;
  /** for a heading that is to get the focus */
  heading?: RefObject<HTMLHeadingElement | null>;
  children: ComponentChildren;
}

/** A part of the page with its heading. */
export function Card({ title, kind = "", heading, children }: CardProperties) {
  const id = useId();
  return (
    <section class={`card ${kind}`} aria-labelledby={id}>
      <h2 id={id} {...(heading && { ref: heading, tabIndex: -1 })}>
        {title}
      </h2>
      {children}
    </section>
  );
}
