// The history as the web process answers it; docs/web.md lists the requests.

import { get } from "./requests";
import type { Activity, Zone } from "./payloads";

export interface SessionFigures {
  duration_s: number;
  conversational_s: number;
  over_ceiling_s: number;
  mean: number;
  max: number;
  warnings: number;
}

export interface SessionOverview {
  session: string;
  athlete: string;
  /** with the offset of the athlete's time zone */
  start: string;
  activity: Activity;
  /** too short to count */
  discarded: boolean;
  active: boolean;
  figures: SessionFigures | null;
}

export interface DeletedSession extends SessionOverview {
  restorable_until: string;
}

export interface Month {
  /** such as 2026-11; null where there are no sessions */
  month: string | null;
  months: { month: string; sessions: number }[];
  activities: Activity[];
  athletes: string[];
  sessions: SessionOverview[];
  deleted: DeletedSession[];
}

/** The summary of docs/schemas; keys that the page does not use are left out. */
export interface SessionSummary {
  duration_s: number;
  recorded_s: number;
  gap_s: number;
  measurements: number;
  max_heart_rate: number;
  max_heart_rate_source: string;
  ceiling: number;
  heart_rate: { min: number; mean: number; max: number };
  effort: { mean: number; max: number };
  zones_s: Record<Zone, number>;
  over_ceiling_s: number;
  warnings: number;
  longest_conversational_s: number;
  target: { band_s: number; reached: boolean };
  load: { banister_trimp: number | null; edwards_trimp: number };
  heart_rate_recovery_60s: number | null;
  heart_rate_recovery_120s?: number | null;
  heart_rate_recovery_300s?: number | null;
  implausible?: { held_s: number } | null;
  strap: { name: string; address: string } | null;
  hrv: {
    rmssd_ms: number | null;
    sdnn_ms: number | null;
    dfa_alpha1: number | null;
    rr_coverage: number;
    artifact_ratio: number;
  } | null;
}

export interface SessionDetails extends SessionOverview {
  summary: SessionSummary | null;
  /** heart rates of effort 0, and from there to effort 1 */
  scale: { base: number; span: number };
  /** the heart rate from which each zone holds */
  zones: Record<Zone, number>;
  ceilings: { from_s: number; heart_rate: number }[];
  warnings: { from_s: number; until_s: number; heart_rate: number | null }[];
  series: { time_s: number[]; heart_rate: (number | null)[] };
  table: { step_s: number; rows: { from_s: number; mean: number; low: number; high: number }[] };
}

export interface MonthQuery {
  athlete: string;
  activity: string;
  month: string;
}

export const FORMATS = ["fit", "tcx", "csv", "json"] as const;

/** Raises what `get` raises, as does `loadDetails`. */
export async function loadMonth(query: MonthQuery): Promise<Month> {
  return (await (await get(`api/sessions?${new URLSearchParams({ ...query })}`)).json()) as Month;
}

export async function loadDetails(session: string): Promise<SessionDetails> {
  return (await (await get(address(session))).json()) as SessionDetails;
}

export function reportAddress(session: string): string {
  return `${address(session)}/report`;
}

/** A session as a file with its name; making it takes the Raspberry Pi a while. Raises what `get` raises. */
export async function loadFile(session: string, format: (typeof FORMATS)[number]): Promise<[Blob, string]> {
  const answer = await get(`${address(session)}/export?format=${format}`);
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  return [await answer.blob(), name ?? `talkpace.${format}`];
}

function address(session: string): string {
  return `api/sessions/${encodeURIComponent(session)}`;
}
