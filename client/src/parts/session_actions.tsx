import { useState } from "preact/hooks";

import { fill, texts } from "../language/language";
import { FORMATS, loadFile, reportAddress } from "../server/history";
import { useBusy } from "../state/busy";
import { checkSession } from "../state/calls";
import { deleteSession } from "../state/history";
import { reasonOf } from "../state/reason";
import { loadSession, mayChange } from "../state/session";
import { saveFile } from "./file_download";

/** What can be done with a session that has ended: report, files, deletion. */
export function SessionActions({ session }: { session: string }) {
  const [failure, setFailure] = useState("");
  const [busy, run] = useBusy();
  const attempt = (act: () => Promise<void>) =>
    run(async () => {
      setFailure("");
      try {
        await act().catch(checkSession);
      } catch (problem) {
        setFailure(fill(texts.failed, { reason: reasonOf(problem) }));
      }
    });
  const remove = async () => {
    await deleteSession(session);
    location.hash = "#history";
  };
  return (
    <section aria-labelledby="actions">
      <h3 id="actions">{texts.history.actions}</h3>
      <div class="actions">
        <a
          class="button"
          href={reportAddress(session)}
          target="_blank"
          rel="noopener"
          onClick={(event) => {
            event.preventDefault();
            void attempt(() => openReport(session));
          }}
        >
          {texts.history.report}
          <span class="hidden"> ({texts.history.report_hint})</span>
          <span aria-hidden="true"> ↗</span>
        </a>
        {FORMATS.map((format) => (
          <button
            type="button"
            key={format}
            aria-disabled={busy}
            onClick={() => void attempt(async () => saveFile(...(await loadFile(session, format))))}
          >
            {fill(texts.history.export, { format: format.toUpperCase() })}
          </button>
        ))}
        <button type="button" class="remove" aria-disabled={busy} onClick={() => void attempt(remove)}>
          {texts.history.delete}
        </button>
      </div>
      <p role="status">{busy && texts.loading}</p>
      <p class="failure" role="alert">
        {failure}
      </p>
    </section>
  );
}

/** Opens a tab with the report, unless the session of the page has ended. Raises what `get` raises. */
async function openReport(session: string): Promise<void> {
  // At once, as browsers let nothing but a click open a tab.
  const tab = window.open("about:blank", "_blank");
  let allowed = false;
  try {
    await loadSession();
    allowed = mayChange();
  } finally {
    if (!allowed) tab?.close();
  }
  if (!allowed) return;
  if (tab === null) return location.assign(reportAddress(session));
  tab.opener = null;
  tab.location.replace(new URL(reportAddress(session), location.href));
}
