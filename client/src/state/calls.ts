// Calls of the daemon's methods, which docs/control.md lists.

import { loadSession, session } from "./session";
import { post, Refusal } from "../server/requests";

/** Raises an Error with the daemon's reason, or what `post` raises. Where the session has ended, the page says so. */
export async function call<Result>(method: string, params: object = {}): Promise<Result> {
  const answer = (await post("api/call", { method, params }, session.value?.token).catch(checkSession)) as {
    result: Result;
    error?: { message: string };
  };
  if (answer.error !== undefined) throw new Error(answer.error.message);
  return answer.result;
}

async function checkSession(error: unknown): Promise<never> {
  if (error instanceof Refusal && error.status === 401) await loadSession();
  throw error;
}
