import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { clockDifferenceMs } from "../state/session";

const SECOND_MS = 1000;

const now = signal(Date.now());

/** The web process's time in ms, updated every second while somebody uses it. */
export function useSeconds(running: boolean): number {
  useEffect(() => {
    if (!running) return;
    const tick = () => (now.value = Date.now());
    tick();
    const timer = setInterval(tick, SECOND_MS);
    return () => clearInterval(timer);
  }, [running]);
  return now.value + clockDifferenceMs;
}

/** Seconds until a time of the daemon, 0 where it has passed. */
export function secondsUntil(time: string, nowMs: number): number {
  return Math.max(0, Math.round((Date.parse(time) - nowMs) / SECOND_MS));
}
