import type { ComponentType } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

import { texts } from "../language/language";
import type { Page } from "../pages/pages";

/** The content of a page, once its script is here. */
export function PageContent({ page }: { page: Page }) {
  const [shown, show] = useState<{ page: Page; content: ComponentType | null } | null>(null);
  // At once, and not after a frame is drawn.
  useLayoutEffect(() => {
    let current = true;
    page.load().then(
      (content) => current && show({ page, content }),
      () => current && show({ page, content: null }),
    );
    return () => {
      current = false;
    };
  }, [page]);
  if (shown?.page !== page) return <p class="empty">{texts.loading}</p>;
  if (shown.content === null) return <p class="empty failure">{texts.load_failed}</p>;
  const Content = shown.content;
  return <Content />;
}
