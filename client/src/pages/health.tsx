// Does everything work, and what is to be done where it does not.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { fill, language, texts } from "../language/language";
import { DiagnosticsDownload } from "../parts/diagnostics_download";
import { StrapLists } from "../parts/strap_lists";
import { COUNTERS, type Diagnostics, type Finding, type NodeHealth } from "../server/setup_payloads";
import { call, explain } from "../state/calls";
import { connection } from "../state/connection";
import { nodeHealth } from "../state/node";
import "../style/set_up_parts.css";
import "../style/health.css";

const text = texts.health;

export function HealthPage() {
  const diagnostics = useSignal<Diagnostics | null>(null);
  const checking = useSignal(false);
  const failure = useSignal("");
  const check = async () => {
    if (checking.value) return;
    failure.value = "";
    checking.value = true;
    try {
      diagnostics.value = await call<Diagnostics>("diagnostics");
    } catch (error) {
      failure.value = explain(error);
    } finally {
      checking.value = false;
    }
  };
  useEffect(() => {
    if (connection.value === "connected") void check();
  }, [connection.value]);

  const findings = diagnostics.value?.findings ?? [];
  const wrong = findings.filter((each) => !each.ok);
  const current = connection.value === "connected" && failure.value === "";
  const health = nodeHealth.value ?? diagnostics.value?.health ?? null;
  return (
    <div class="health">
      <section aria-labelledby="state">
        <h2 id="state">{text.state}</h2>
        <p role="status" class={wrong.length > 0 ? "verdict failure" : "verdict"}>
          {current && (checking.value || diagnostics.value === null ? text.checking : verdict(wrong.length))}
        </p>
        <p class="failure" role="alert">
          {failure.value}
        </p>
        {health !== null && (
          <p class="muted">{fill(text.version, { version: health.version, count: health.straps_connected })}</p>
        )}
        <div class="buttons">
          <button type="button" aria-disabled={checking.value} onClick={() => void check()}>
            {text.again}
          </button>
        </div>
      </section>
      {findings.length > 0 && (
        <section aria-labelledby="checks">
          <h2 id="checks">{text.checks}</h2>
          <ul class="rows">
            {[...wrong, ...findings.filter((each) => each.ok)].map((each) => (
              <FindingRow key={each.check} finding={each} />
            ))}
          </ul>
        </section>
      )}
      <StrapLists />
      {health !== null && <Counters health={health} />}
      <section aria-labelledby="help">
        <h2 id="help">{text.help}</h2>
        <p>{text.help_text}</p>
        <div class="buttons">
          <DiagnosticsDownload />
          <a class="button" href="#first_use/athlete">
            {text.first_use}
          </a>
        </div>
      </section>
    </div>
  );
}

function verdict(count: number): string {
  return count > 0 ? fill(text.bad, { count }) : text.good;
}

function FindingRow({ finding }: { finding: Finding }) {
  return (
    <li class={finding.ok ? "" : "wrong"}>
      <div lang="en">
        <strong>
          <span aria-hidden="true">{finding.ok ? "✓" : "!"}</span>
          <span class="hidden" lang={language}>
            {finding.ok ? text.ok : text.wrong}:
          </span> {finding.check}
        </strong>
        <p>{finding.detail}</p>
        {finding.remedy !== null && <p class="remedy">→ {finding.remedy}</p>}
      </div>
    </li>
  );
}

function Counters({ health }: { health: NodeHealth }) {
  const lost = COUNTERS.filter((name) => health[name] > 0);
  return (
    <section aria-labelledby="counters">
      <h2 id="counters">{text.counters}</h2>
      {lost.length === 0 ? (
        <p>{text.nothing_lost}</p>
      ) : (
        <ul>
          {lost.map((name) => (
            <li key={name}>
              {health[name]} {text.counter[name]}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
