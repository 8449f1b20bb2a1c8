// Who looks at the page: nobody yet, somebody with the password, or somebody with a link who may only watch.

import { signal } from "@preact/signals";

import { get, post, Refusal } from "../server/requests";
import { TimeLimit } from "../server/time_limit";

const ANSWER_MS = 10_000;

export interface PageSession {
  state: "setup" | "login" | "signed_in" | "watching";
  /** against requests from other sites; null where nothing may be changed */
  token: string | null;
  node: string | null;
}

/** null until the web process has answered once */
export const session = signal<PageSession | null>(null);

/** whether the link of the address is no longer valid */
export const isLinkInvalid = signal(false);

/** What to add to this device's clock for that of the web process; within a second. */
export let clockDifferenceMs = 0;

export function mayLook(): boolean {
  return session.value?.state === "signed_in" || session.value?.state === "watching";
}

export function mayChange(): boolean {
  return session.value?.state === "signed_in";
}

/** Raises what `get` raises. */
export async function loadSession(): Promise<void> {
  const limit = new TimeLimit(null, ANSWER_MS);
  try {
    const answer = await get("api/session", limit.signal);
    const date = answer.headers.get("Date");
    clockDifferenceMs = date === null ? 0 : Date.parse(date) - Date.now();
    session.value = (await answer.json()) as PageSession;
  } finally {
    limit.end();
  }
}

export async function signIn(password: string): Promise<void> {
  session.value = (await post("api/login", { password })) as PageSession;
}

export async function setUp(code: string, password: string): Promise<void> {
  session.value = (await post("api/setup", { code, password })) as PageSession;
}

export async function signOut(): Promise<void> {
  session.value = (await post("api/logout", {}, session.value?.token)) as PageSession;
}

/** Trade the secret in the address for a session that may watch. Raises what `post` raises where it is to be tried again. */
export async function openLink(): Promise<void> {
  const link = new URLSearchParams(location.hash.slice(1)).get("link");
  if (link === null) return;
  try {
    session.value = (await post("api/link", { link })) as PageSession;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 429 || error.status >= 500) throw error;
    isLinkInvalid.value = true;
  }
  history.replaceState(null, "", location.pathname + location.search);
}
