// Calls of the daemon's methods, which docs/control.md lists.

import { loadSession, session } from "./session";
import { reasonOf } from "./reason";
import { fill, texts } from "../language/language";
import { postForProgress, type Notification } from "../server/progress";
import { post, Refusal } from "../server/requests";

/** Raises an Error with the daemon's reason, or what `post` raises. */
export async function call<Result>(method: string, params: object = {}): Promise<Result> {
  const answer = (await post("api/call", { method, params }, session.value?.token).catch(checkSession)) as {
    result: Result;
    error?: { message: string };
  };
  if (answer.error !== undefined) throw new Error(answer.error.message);
  return answer.result;
}

/** As `call`; `take` gets the daemon's notifications, and the call ends where `stop` aborts. */
export async function callWithProgress<Result>(
  method: string,
  params: object,
  take: (notification: Notification) => void,
  stop: AbortSignal,
): Promise<Result> {
  const body = { method, params, progress: true };
  const token = session.value?.token ?? null;
  const answer = await postForProgress("api/call", body, token, take, stop).catch(checkSession);
  if (answer.error !== undefined) throw new Error(answer.error.message);
  return answer.result as Result;
}

/** What went wrong, as a sentence. Raises what is no failure of a call. */
export function explain(error: unknown): string {
  return fill(texts.control.failed, { reason: reasonOf(error) });
}

/** Raises the error again. Where it says that the session has ended, the page shows so. */
export async function checkSession(error: unknown): Promise<never> {
  if (error instanceof Refusal && error.status === 401) await loadSession();
  throw error;
}
