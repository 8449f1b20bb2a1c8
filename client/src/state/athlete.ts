import { signal } from "@preact/signals";

import type { Breathing, Habits, Nap, Readiness } from "../server/habit_payloads";
import type { Live, Session } from "../server/payloads";
import { Trace } from "./trace";

/** An older value says nothing about the heart now. */
export const LONGEST_AGE_MS = 6_000;

/** A payload, and when it came, on the clock of performance.now(). */
export interface Received<Payload> {
  payload: Payload;
  atMs: number;
}

/** What is known of one athlete. */
export class AthleteState {
  readonly name = signal("");
  /** whether heart-rate variability says something of this athlete */
  readonly hrvApplies = signal(true);
  readonly live = signal<Live | null>(null);
  readonly session = signal<Session | null>(null);
  readonly trace = new Trace();
  /** by topic; null where the daemon has none, as of a habit that is switched off */
  readonly habits = signal<Received<Habits> | null>(null);
  readonly breathing = signal<Received<Breathing> | null>(null);
  readonly nap = signal<Received<Nap> | null>(null);
  readonly readiness = signal<Received<Readiness> | null>(null);
  private expiry = 0;

  constructor(readonly id: string) {
    this.name.value = id;
  }

  /** `ageMs` is how long ago the values were measured. */
  takeLive(live: Live, ageMs: number): void {
    clearTimeout(this.expiry);
    this.show(live);
    if (live.heart_rate === null) return;
    if (ageMs >= LONGEST_AGE_MS) this.expire();
    else this.expiry = window.setTimeout(() => this.expire(), LONGEST_AGE_MS - ageMs);
  }

  /** Forget the heart rate, as it is too old. */
  expire(): void {
    clearTimeout(this.expiry);
    const live = this.live.value;
    if (live === null || live.heart_rate === null) return;
    this.show({ ...live, heart_rate: null, effort: null, zone: null, warning: "signal_lost" });
  }

  private show(live: Live): void {
    this.trace.add(Date.now() / 1000, live.heart_rate, live.effort);
    this.live.value = live;
  }
}
