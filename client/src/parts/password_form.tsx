import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import { fill, texts } from "../language/language";
import { Refusal } from "../server/requests";
import { useBusy } from "../state/busy";

interface PasswordFormProperties {
  title: string;
  submit: string;
  /** what a refusal with 401 or 403 means here */
  wrong: string;
  /** an error to begin with */
  error?: string;
  /** Returns an error, or "". Raises a Refusal or a TypeError. */
  send: (values: FormData) => Promise<string>;
  children: ComponentChildren;
}

/** A page with one form, which says what went wrong. */
export function PasswordForm({ title, submit, wrong, error = "", send, children }: PasswordFormProperties) {
  const message = useSignal(error);
  const [busy, run] = useBusy();
  const enter = async (values: FormData) => {
    message.value = "";
    try {
      message.value = await send(values);
    } catch (problem) {
      message.value = explain(problem, wrong);
    }
  };
  return (
    <main class="form-page">
      <h1>{title}</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const values = new FormData(event.currentTarget);
          void run(() => enter(values));
        }}
      >
        {children}
        <p class="failure" role="alert">
          {message.value}
        </p>
        <button aria-disabled={busy}>{submit}</button>
      </form>
      <footer>{texts.disclaimer}</footer>
    </main>
  );
}

function explain(problem: unknown, wrong: string): string {
  if (problem instanceof TypeError) return texts.unreachable;
  if (!(problem instanceof Refusal)) throw problem;
  if (problem.status === 401 || problem.status === 403) return wrong;
  if (problem.status === 429) return texts.sign_in.wait;
  return fill(texts.failed, { reason: problem.message });
}
