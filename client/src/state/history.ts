// What of the history is looked at, and the session that was just deleted.

import { signal } from "@preact/signals";

import type { MonthQuery } from "../server/history";
import { call } from "./calls";

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
