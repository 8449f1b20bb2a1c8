// Everybody, and how messages of the daemon change what is known of them.

import { signal } from "@preact/signals";

import { get } from "../server/requests";
import type { Athlete, Live, Message, Session } from "../server/payloads";
import { AthleteState } from "./athlete";
import { clockDifferenceMs } from "./session";
import type { Point } from "./trace";

/** in the order of the configuration */
export const household = signal<AthleteState[]>([]);

/** whether the daemon has told who there is */
export const hasHousehold = signal(false);

/** Athletes whose first live values since the connection have come. Only those can have waited in the web process. */
const current = new Set<string>();

/** when all states last began to be sent again, on the clock of performance.now() */
let sinceMs = 0;

/** Ask who there is; those whom the configuration no longer has go. */
export async function loadAthletes(): Promise<void> {
  const list = (await (await get("api/athletes")).json()) as { athlete: string; name: string }[];
  household.value = list.map(({ athlete, name }) => {
    const state = find(athlete) ?? new AthleteState(athlete);
    state.name.value = name;
    return state;
  });
  hasHousehold.value = true;
}

/** Ask for the last minutes: the plots of a page that opens, or was away, then have no hole. */
export async function loadRecent(): Promise<void> {
  const recent = (await (await get("api/recent")).json()) as Record<string, Point[]>;
  const now = Date.now() / 1000;
  for (const athlete of household.value) {
    athlete.trace.fill((recent[athlete.id] ?? []).map(([age, rate, effort]) => [now - age, rate, effort]));
  }
}

/** All latest states are about to be sent again. */
export function expectStates(): void {
  current.clear();
  sinceMs = performance.now();
}

/** Forget what the daemon has not sent again, as a habit that is switched off. */
export function forgetEnded(): void {
  for (const athlete of household.value) {
    for (const topic of HABIT_TOPICS) {
      const habit = athlete[topic];
      if (habit.value !== null && habit.value.atMs < sinceMs) habit.value = null;
    }
  }
}

export function takeMessage({ kind, topic, payload }: Message): void {
  const [athlete, name] = topic.split("/");
  if (kind !== "state" || athlete === undefined || name === undefined) return;
  if (payload === null) return remove(athlete);
  if (name === "live") takeLive(athlete, payload as Live);
  else if (name === "session") findOrAdd(athlete).session.value = payload as Session;
  else if (isHabitTopic(name)) findOrAdd(athlete)[name].value = { payload: payload as never, atMs: performance.now() };
  else if (name === "athlete") takeAthlete(athlete, payload as Athlete);
}

/** Forget all heart rates, as the device has slept. */
export function expireAll(): void {
  for (const athlete of household.value) athlete.expire();
}

const HABIT_TOPICS = ["habits", "breathing", "nap", "readiness"] as const;

function isHabitTopic(name: string): name is (typeof HABIT_TOPICS)[number] {
  return (HABIT_TOPICS as readonly string[]).includes(name);
}

function takeAthlete(id: string, { name, heart_rate_drug, irregular_rhythm }: Athlete): void {
  const athlete = findOrAdd(id);
  athlete.name.value = name;
  athlete.hrvApplies.value = !heart_rate_drug && !irregular_rhythm;
}

function takeLive(athlete: string, live: Live): void {
  let ageMs = 0;
  if (!current.has(athlete)) {
    current.add(athlete);
    ageMs = Math.max(0, Date.now() + clockDifferenceMs - Date.parse(live.time));
  }
  findOrAdd(athlete).takeLive(live, ageMs);
}

/** The daemon has forgotten a state, as the athlete was removed. */
function remove(id: string): void {
  if (find(id) !== undefined) household.value = household.value.filter((athlete) => athlete.id !== id);
}

function find(id: string): AthleteState | undefined {
  return household.value.find((athlete) => athlete.id === id);
}

function findOrAdd(id: string): AthleteState {
  const athlete = find(id);
  if (athlete !== undefined) return athlete;
  const newcomer = new AthleteState(id);
  household.value = [...household.value, newcomer];
  return newcomer;
}
