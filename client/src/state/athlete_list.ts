// The household's athletes with their values, for those who may change them.

import { signal } from "@preact/signals";

import { call } from "./calls";
import { reasonOf } from "./reason";
import { loadAthletes } from "./household";
import type { AthleteDescription, StrapOverview } from "../server/settings";

export class AthleteList {
  readonly athletes = signal<AthleteDescription[] | null>(null);
  readonly straps = signal<StrapOverview>({ owned: [], strangers: [] });
  readonly failure = signal("");

  async load(): Promise<void> {
    try {
      this.athletes.value = await call<AthleteDescription[]>("athletes.describe");
      this.straps.value = await call<StrapOverview>("straps.list");
      this.failure.value = "";
    } catch (error) {
      this.failure.value = reasonOf(error);
    }
  }

  /** Carries a change out, then loads again. Returns the daemon's reason where it refuses, else "". */
  async change(method: string, params: object): Promise<string> {
    try {
      await call(method, params);
    } catch (error) {
      return reasonOf(error);
    }
    await Promise.all([this.load(), loadAthletes().catch(() => undefined)]);
    return "";
  }
}

/** An id for a new athlete, from the name: letters without accents, digits and hyphens. */
export function newId(name: string, taken: string[]): string {
  const plain = name.toLowerCase().replace(/ß/g, "ss").normalize("NFD").replace(/\p{M}/gu, "");
  const words = plain.replace(/[^a-z0-9]+/g, "-").slice(0, 28);
  const id = words.replace(/^-+|-+$/g, "") || "athlete";
  let number = 1;
  const tried = () => (number === 1 ? id : `${id}-${number}`);
  while (taken.includes(tried())) number++;
  return tried();
}
