import { useSignal } from "@preact/signals";

import { fill, texts } from "../language/language";
import type { StepProperties } from "../pages/first_use";
import type { BrokerTest } from "../server/setup_payloads";
import { call, explain } from "../state/calls";
import { nodeHealth } from "../state/node";

const text = texts.first_use.mqtt;

/** The broker: a test comes before it is stored. A password that was typed goes to the daemon and never comes back. */
export function BrokerStep({ state, answerAndGo, next }: StepProperties) {
  const { broker } = state;
  const test = useSignal<BrokerTest | null>(null);
  const busy = useSignal(false);
  const failure = useSignal("");

  const attempt = async (act: () => Promise<void>) => {
    failure.value = "";
    busy.value = true;
    try {
      await act();
    } catch (error) {
      failure.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const params = read(new FormData(event.currentTarget as HTMLFormElement));
    const use = (event.submitter as HTMLButtonElement | null)?.value === "use";
    void attempt(async () => {
      if (!use) {
        test.value = null;
        test.value = await call<BrokerTest>("broker.test", params);
      } else {
        await call("broker.set", params);
        await next();
      }
    });
  };
  const forget = () => (test.value = null);
  const result = test.value;
  return (
    <>
      <p>{text.introduction}</p>
      {broker.enabled && (
        <p>{fill(text.in_use, { host: broker.host, health: nodeHealth.value?.broker ?? broker.health })}</p>
      )}
      <form onSubmit={submit} onInput={forget}>
        <label>
          {text.host}
          <input name="host" type="text" required maxLength={253} autocapitalize="off" spellcheck={false} autocomplete="off" defaultValue={broker.enabled ? broker.host : ""} />
        </label>
        <label>
          {text.port}
          <input name="port" type="number" inputMode="numeric" min={1} max={65535} defaultValue={broker.enabled ? (broker.port ?? "") : ""} />
          <span class="hint">{text.port_hint}</span>
        </label>
        <label class="check">
          <input name="tls" type="checkbox" defaultChecked={broker.tls} />
          {text.tls}
        </label>
        <label>
          {text.username}
          <input name="username" type="text" maxLength={256} autocapitalize="off" spellcheck={false} autocomplete="off" defaultValue={broker.username ?? ""} />
        </label>
        <label>
          {text.password}
          <input name="password" type="password" maxLength={1024} autocomplete="new-password" />
          {broker.has_password && <span class="hint">{text.stored}</span>}
        </label>
        <p role="status" class={result?.ok ? "success" : ""}>
          {busy.value ? text.testing : result?.ok ? text.works : ""}
        </p>
        <div role="alert">
          {failure.value && <p class="failure">{failure.value}</p>}
          {result?.ok === false && (
            <>
              <p class="failure">{problemText(result.problem)}</p>
              <p class="muted">{result.detail}</p>
            </>
          )}
        </div>
        <div class="buttons">
          <button class={result?.ok ? "" : "main"} value="test" disabled={busy.value}>
            {text.test}
          </button>
          {result?.ok && (
            <button class="main" value="use" disabled={busy.value}>
              {text.use}
            </button>
          )}
          {broker.enabled ? (
            <button type="button" onClick={() => void next()}>
              {texts.first_use.next}
            </button>
          ) : (
            <button type="button" onClick={() => void answerAndGo({ broker: "later" })}>
              {text.no_broker}
            </button>
          )}
        </div>
      </form>
    </>
  );
}

function read(form: FormData): object {
  const of = (name: string) => String(form.get(name) ?? "");
  return {
    host: of("host").trim(),
    port: of("port") ? Number(of("port")) : null,
    tls: form.has("tls"),
    username: of("username").trim() || null,
    password: of("password") || null,
  };
}

function problemText(problem: string | null): string {
  const problems: Record<string, string> = text.problem;
  return problems[problem ?? "other"] ?? text.problem.other;
}
