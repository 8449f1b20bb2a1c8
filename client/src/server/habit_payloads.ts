// The payloads about habits, as docs/schemas describes them. A feature that is switched off is null.

/** A sentence of the daemon, with what is needed to say it in another language. */
export interface DaemonMessage {
  code: string;
  values: Record<string, string | number>;
  text: string;
}

export interface Band {
  today: number | null;
  week: number;
  low: number;
  high: number;
}

export interface Habits {
  day: string;
  today: { kind: "work" | "rest"; reason: DaemonMessage; worked: boolean } | null;
  messages: DaemonMessage[];
  week: {
    start: string;
    cardio_sessions: number;
    cardio_target: number;
    session_band_s: number;
    share_at_or_under_ceiling: number | null;
    days: { day: string; exercise_s: number; band_s: number }[];
  } | null;
  sleep: { last_night_h: number | null; week_mean_h: number | null; nap_today_min: number; target_h: [number, number] } | null;
  water: { today_ml: number; target_ml: number | null } | null;
  symptoms: { today: Severity | null; heeded_until: string | null } | null;
  beside_symptoms: object | null;
  supplements: { taken: string[]; due: string[]; own: string[] } | null;
  readiness: {
    measured_today: boolean;
    advice: Advice | null;
    reason: DaemonMessage;
    ln_rmssd: Band | null;
    heart_rate: Band | null;
    days: number;
  } | null;
  breathing: { today_min: number; week_min: number; last_coherence: number | null; suited_pace: number | null } | null;
}

export type Advice = "building a baseline" | "train as planned" | "take it easy" | "rest";

export const SEVERITIES = ["mild", "moderate", "severe"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Breathing {
  state: "breathing" | "idle";
  began: string | null;
  phase: "inhale" | "exhale" | null;
  phase_left_s: number | null;
  pace: number | null;
  /** inhale to exhale, such as 4:6 */
  ratio: string | null;
  step: number | null;
  steps: number | null;
  elapsed_s: number | null;
  left_s: number | null;
  coherence: number | null;
  peak_pace: number | null;
  heart_rate: number | null;
}

export interface Nap {
  state: "napping" | "waking" | "idle";
  until: string | null;
}

export interface Readiness {
  state: "waiting" | "settling" | "measuring" | "idle";
  ends: string | null;
  stage_s: number | null;
  beats: number | null;
  coverage_now: number | null;
  artifact_ratio_now: number | null;
  measured: string | null;
  failure: DaemonMessage | null;
  coverage: number | null;
  artifact_ratio: number | null;
}

/** An entry of the log: its content has the kind's own values. */
export interface Entry {
  id: string;
  at: string;
  words: string;
  content: { kind: string } & Record<string, unknown>;
}
