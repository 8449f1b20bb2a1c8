// The payloads of the topics that the page shows, as docs/schemas describes them; keys that it doesn't use are left out.

export const ZONES = ["easy", "conversational", "hard", "very_hard"] as const;
export type Zone = (typeof ZONES)[number];

export const ACTIVITIES = ["cardio", "strength", "mindful", "recovery"] as const;
export type Activity = (typeof ACTIVITIES)[number];

export const TALK_TEST_ANSWERS = ["comfortable", "strained", "unable"] as const;
export type TalkTestAnswer = (typeof TALK_TEST_ANSWERS)[number];

export type Warning = "none" | "approaching" | "over" | "signal_lost";

export interface Live {
  time: string;
  heart_rate: number | null;
  effort: number | null;
  zone: Zone | null;
  warning: Warning;
  elapsed_s: number | null;
  zones_s: Partial<Record<Zone, number>> | null;
}

export interface Session {
  state: "active" | "idle";
  activity: Activity;
  ceiling: number;
  ceiling_heart_rate: number;
  muted_until: string | null;
  /** the efforts at which the zones begin */
  zones_from: Partial<Record<Zone, number>>;
}

export interface Athlete {
  name: string;
  /** takes a drug that limits the heart rate */
  heart_rate_drug?: boolean;
  irregular_rhythm?: boolean;
}

/** A message of the stream; `topic` is that of MQTT below the node, such as anna/live. */
export interface Message {
  kind: "state" | "event";
  topic: string;
  payload: unknown;
}
