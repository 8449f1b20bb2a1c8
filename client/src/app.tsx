import { useEffect } from "preact/hooks";

import { texts } from "./language/language";
import { LIVE, page, visiblePages } from "./pages/pages";
import { PlainPage } from "./pages/plain";
import { SetUpPage } from "./pages/set_up";
import { SignInPage } from "./pages/sign_in";
import { Frame } from "./parts/frame";
import { PageContent } from "./parts/page_content";
import { connection } from "./state/connection";
import { session } from "./state/session";
import { view } from "./view";

export function App() {
  const [title, content] = choose();
  useEffect(() => {
    document.title = title === texts.brand ? title : `${title} · ${texts.brand}`;
  }, [title]);
  return content;
}

function choose() {
  if (session.value === null) return [texts.brand, <Waiting />] as const;
  if (session.value.state === "setup") return [texts.setup.title, <SetUpPage />] as const;
  if (session.value.state === "login") return [texts.sign_in.title, <SignInPage />] as const;
  if (view.plain) return [texts.live.title, <PlainPage />] as const;
  const current = visiblePages().find((each) => each === page.value) ?? LIVE;
  return [current.title, <Frame title={current.title} content={<PageContent page={current} />} />] as const;
}

function Waiting() {
  return (
    <main class="form-page">
      <h1>{texts.brand}</h1>
      <p role="status">{connection.value === "lost" ? texts.unreachable : texts.connecting}</p>
    </main>
  );
}
