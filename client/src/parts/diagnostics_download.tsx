import { useSignal } from "@preact/signals";

import { texts } from "../language/language";
import { call, explain } from "../state/calls";
import { saveFile } from "./file_download";

/** Saves what somebody needs who helps. The daemon leaves out what is nobody else's business. */
export function DiagnosticsDownload() {
  const busy = useSignal(false);
  const failure = useSignal("");
  const save = async () => {
    failure.value = "";
    busy.value = true;
    try {
      const diagnostics = await call<object>("diagnostics", { to_share: true });
      const time = new Date().toISOString();
      const text = JSON.stringify({ time, browser: navigator.userAgent, ...diagnostics }, null, 2);
      saveFile(new Blob([text], { type: "application/json" }), `talkpace-diagnostics-${time.slice(0, 10)}.json`);
    } catch (error) {
      failure.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      <button type="button" disabled={busy.value} onClick={() => void save()}>
        {texts.health.download}
      </button>
      <p class="failure" role="alert">
        {failure.value}
      </p>
    </>
  );
}
