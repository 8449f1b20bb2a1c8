// What all pages have around their content: a header with links, the state of the connection, a footer.

import type { ComponentChildren } from "preact";

import { texts } from "../language/language";
import { page, visiblePages } from "../pages/pages";
import { connection } from "../state/connection";
import { mayChange, session, signOut } from "../state/session";
import { view } from "../view";

export function Frame({ title, content }: { title: string; content: ComponentChildren }) {
  const pages = visiblePages().filter((each) => each.listed?.() ?? true);
  return (
    <div class="frame">
      <header>
        <h1>{session.value?.node ? `${title} · ${session.value.node}` : title}</h1>
        <nav hidden={pages.length < 2}>
          {pages.map((each) => (
            <a href={`#${each.fragment}`} aria-current={each === page.value ? "page" : undefined}>
              {each.title}
            </a>
          ))}
        </nav>
        {view.athlete !== null && <a href="?">{texts.live.everybody}</a>}
        {mayChange() ? (
          <button type="button" class="quiet" onClick={() => void signOut().catch(() => location.reload())}>
            {texts.sign_in.sign_out}
          </button>
        ) : (
          <span class="muted">{texts.live.watching}</span>
        )}
      </header>
      <p class="connection" role="status">
        <ConnectionText />
      </p>
      <main>{content}</main>
      <footer>{texts.disclaimer}</footer>
    </div>
  );
}

export function ConnectionText() {
  if (connection.value === "lost") return <>{texts.live.lost}</>;
  if (connection.value === "no_daemon") return <>{texts.live.no_daemon}</>;
  return null;
}
