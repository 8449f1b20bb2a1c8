// How full the lungs are at any moment of a guided exercise, as the daemon's light shows it.

import type { Received } from "../state/athlete";
import type { Breathing } from "../server/habit_payloads";

export interface Moment {
  phase: "inhale" | "exhale";
  /** 0 to 1, along a half cosine: slow, fast, slow */
  fullness: number;
  phaseLeftS: number;
  phaseS: number;
  leftS: number;
}

/** Follows an exercise by messages, which come late by different times: the quickest one sets the clock. */
export class BreathClock {
  private began: string | null = null;
  private startMs = 0;
  private phaseEndS = 0;
  private state: Breathing | null = null;

  take({ payload, atMs }: Received<Breathing>): void {
    if (payload.state !== "breathing") {
      this.state = null;
      return;
    }
    const startMs = atMs - payload.elapsed_s! * 1000;
    this.startMs = payload.began === this.began ? Math.min(this.startMs, startMs) : startMs;
    this.began = payload.began;
    this.phaseEndS = payload.elapsed_s! + payload.phase_left_s!;
    this.state = payload;
  }

  /** null while no exercise is in progress. Between messages the breath goes on at its pace. */
  at(nowMs: number): Moment | null {
    const state = this.state;
    if (state === null) return null;
    const elapsedS = (nowMs - this.startMs) / 1000;
    const leftS = state.elapsed_s! + state.left_s! - elapsedS;
    if (leftS <= 0) return null;
    const [inhale, exhale] = state.ratio!.split(":").map(Number) as [number, number];
    const breathS = 60 / state.pace!;
    const inhaleS = (breathS * inhale) / (inhale + exhale);
    const breathEndS = state.phase === "inhale" ? this.phaseEndS + breathS - inhaleS : this.phaseEndS;
    const inBreathS = modulo(elapsedS - breathEndS, breathS);
    if (inBreathS < inhaleS) {
      return { phase: "inhale", fullness: ease(inBreathS / inhaleS), phaseLeftS: inhaleS - inBreathS, phaseS: inhaleS, leftS };
    }
    const exhaleS = breathS - inhaleS;
    const phaseLeftS = breathS - inBreathS;
    return { phase: "exhale", fullness: ease(phaseLeftS / exhaleS), phaseLeftS, phaseS: exhaleS, leftS };
  }
}

function ease(share: number): number {
  return (1 - Math.cos(Math.PI * share)) / 2;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
