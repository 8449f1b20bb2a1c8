import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { fill, texts } from "../../language/language";
import { call } from "../../state/calls";
import { reasonOf } from "../../state/reason";
import type { SettingsForm } from "../../state/settings_form";
import { fullName } from "./names";

/** What waits for the daemon's next start, and a button for it where systemd starts it again. */
export function RestartNotice({ form }: { form: SettingsForm }) {
  const failure = useSignal("");
  const restarting = useSignal(false);
  const list = form.list.value;
  // The list is loaded again once the daemon is back.
  useEffect(() => {
    restarting.value = false;
  }, [list]);
  if (list === null || list.restart.length === 0) return null;
  const restart = async () => {
    if (restarting.value) return;
    restarting.value = true;
    failure.value = "";
    try {
      await call("node.restart");
    } catch (error) {
      failure.value = reasonOf(error);
      restarting.value = false;
    }
  };
  return (
    <section class="callout" aria-labelledby="restart">
      <h2 id="restart">{texts.settings.restart_title}</h2>
      <ul>
        {list.restart.map((key) => (
          <li key={key}>{fullName(key)}</li>
        ))}
      </ul>
      {list.can_restart ? (
        <button type="button" aria-disabled={restarting.value} onClick={() => void restart()}>
          {texts.settings.restart}
        </button>
      ) : (
        <p>{texts.settings.restart_by_hand}</p>
      )}
      <p role="status">{restarting.value && texts.settings.restarting}</p>
      <p class="failure" role="alert">
        {failure.value && fill(texts.control.failed, { reason: failure.value })}
      </p>
    </section>
  );
}
