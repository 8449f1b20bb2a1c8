import type { ComponentType } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

import { texts } from "../language/language";
import type { Page } from "../pages/pages";

type Load = () => Promise<ComponentType>;

/** The content of a page, once its script is here. */
export function PageContent({ page }: { page: Page }) {
  if ("load" in page.content) return <LoadedContent load={page.content.load} />;
  const Content = page.content.component;
  return <Content />;
}

function LoadedContent({ load }: { load: Load }) {
  const [shown, show] = useState<{ load: Load; content: ComponentType | null } | null>(null);
  // At once, and not after a frame is drawn.
  useLayoutEffect(() => {
    let current = true;
    load().then(
      (content) => current && show({ load, content }),
      () => current && show({ load, content: null }),
    );
    return () => {
      current = false;
    };
  }, [load]);
  if (shown?.load !== load) return <p class="empty">{texts.loading}</p>;
  if (shown.content === null) return <p class="empty failure">{texts.load_failed}</p>;
  const Content = shown.content;
  return <Content />;
}
