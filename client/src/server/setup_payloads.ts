// Results of the methods for setting up and for health, as docs/openrpc.json describes them.

export const STEPS = ["athlete", "strap", "alerts", "broker"] as const;
export type Step = (typeof STEPS)[number];

export type Answer = "yes" | "no" | "later";

export interface FirstUse {
  open: boolean;
  step: Step | "done";
  athletes: Record<string, string>;
  straps: Record<string, string[]>;
  outputs: string[];
  alerts: string;
  bluetooth: string;
  broker: {
    enabled: boolean;
    host: string;
    port: number | null;
    tls: boolean;
    username: string | null;
    has_password: boolean;
    health: string;
  };
  answers: Record<string, Answer>;
}

export interface FoundStrap {
  address: string;
  name: string | null;
  signal_dbm: number | null;
  connected: boolean;
  /** who owns it */
  athlete: string | null;
}

export interface Pairing {
  address: string;
  name: string | null;
  battery_percent: number | null;
}

export interface BrokerTest {
  ok: boolean;
  problem: string | null;
  detail: string;
}

export const PARTS = [
  "adapter",
  "broker",
  "store",
  "clock",
  "alerts",
  "lamps",
  "athletes",
  "configuration",
  "notifications",
] as const;

export const COUNTERS = [
  "lost_measurements",
  "lost_events",
  "lost_messages",
  "lost_notifications",
  "refused_items",
  "bad_payloads",
  "rejected_commands",
] as const;

export type NodeHealth = Record<(typeof PARTS)[number], string> &
  Record<(typeof COUNTERS)[number], number> & { version: string; straps_connected: number };

export interface Finding {
  check: string;
  ok: boolean;
  detail: string;
  remedy: string | null;
}

export interface Diagnostics {
  version: string;
  health: NodeHealth;
  findings: Finding[];
}

export interface Straps {
  owned: {
    address: string;
    name: string | null;
    athlete: string;
    battery_percent: number | null;
    connected: boolean;
    signal_dbm: number | null;
    last_seen: string | null;
  }[];
  strangers: { address: string; name: string | null; signal_dbm: number; seen_s: number }[];
  ignored: { address: string; name: string | null }[];
}
