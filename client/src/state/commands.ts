import { post, Refusal } from "../server/requests";
import type { Activity, TalkTestAnswer } from "../server/payloads";
import { loadSession, session } from "./session";

/** The commands of docs/mqtt.md that the page sends, with their arguments. */
export interface Commands {
  session: "start" | "end";
  activity: Activity;
  /** seconds; 0 unmutes, null is the athlete's own duration */
  mute: number | null;
  talk_test: TalkTestAnswer;
}

/** Raises an Error with the daemon's reason, or what `post` raises. Where the session has ended, the page says so. */
export async function command<Name extends keyof Commands>(
  athlete: string,
  name: Name,
  argument: Commands[Name],
): Promise<void> {
  const call = { method: "command", params: { athlete, name, argument } };
  const answer = (await post("api/call", call, session.value?.token).catch(askAgain)) as { error?: { message: string } };
  if (answer.error !== undefined) throw new Error(answer.error.message);
}

async function askAgain(error: unknown): Promise<never> {
  if (error instanceof Refusal && error.status === 401) await loadSession();
  throw error;
}
