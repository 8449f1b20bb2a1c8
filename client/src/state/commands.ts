import { call } from "./calls";
import type { Activity, TalkTestAnswer } from "../server/payloads";

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
  await call("command", { athlete, name, argument });
}
