import { call } from "./calls";
import type { Entry, Severity } from "../server/habit_payloads";
import type { Activity, TalkTestAnswer } from "../server/payloads";

/** The commands of docs/mqtt.md that the page sends, with their arguments. */
export interface Commands {
  session: "start" | "end";
  activity: Activity;
  /** seconds; 0 unmutes, null is the athlete's own duration */
  mute: number | null;
  talk_test: TalkTestAnswer;
  breathe: "stop" | { pace?: number; minutes?: number; find?: boolean };
  /** "start" is the configured time, a number minutes */
  nap: "start" | "stop" | number;
  readiness: "start" | "stop";
  /** null is one glass */
  water: null | { ml: number };
  sleep: { hours: number; replace: true };
  log_nap: { minutes: number };
  symptom: { severity: Severity; what: string };
  supplement: { name: string };
  context: Partial<Record<"heat" | "little_fluid" | "anti_inflammatory", true>>;
  log_activity: { activity: Activity; minutes: number; hard: boolean };
  note: { text: string };
  log_edit: { id: string } & Record<string, unknown>;
  log_delete: { id: string };
}

/** Returns the log's entries that the command has changed. Raises an Error with the daemon's reason, or what `post` raises. Where the session has ended, the page says so. */
export async function command<Name extends keyof Commands>(
  athlete: string,
  name: Name,
  argument: Commands[Name],
): Promise<Entry[]> {
  const result = await call<{ entries?: Entry[] }>("command", { athlete, name, argument });
  return result.entries ?? [];
}
