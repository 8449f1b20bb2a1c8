// What of the history is looked at, and the session that was just deleted.

import { signal } from "@preact/signals";

import type { MonthQuery } from "../server/history";
import { Refusal } from "../server/requests";
import { texts } from "../language/language";
import { call } from "./calls";
import { household } from "./household";
import { loadSession } from "./session";

export const query = signal<MonthQuery>({ athlete: "", activity: "", month: "" });

/** the session that was just deleted, until something else is done */
export const justDeleted = signal<string | null>(null);

export async function deleteSession(session: string): Promise<void> {
  await call("sessions.delete", { session });
  justDeleted.value = session;
}

export async function restoreSession(session: string): Promise<void> {
  await call("sessions.restore", { session });
  if (justDeleted.value === session) justDeleted.value = null;
}

export function nameOf(athlete: string): string {
  return household.value.find(({ id }) => id === athlete)?.name.value ?? athlete;
}

/** The reason of a failed request, in words. Raises what is no such failure. */
export function reasonOf(problem: unknown): string {
  if (!(problem instanceof Error)) throw problem;
  if (problem instanceof TypeError) return texts.control.no_connection;
  if (problem instanceof Refusal && problem.status === 401) void loadSession().catch(() => undefined);
  return problem.message;
}
