// The household's athletes with their values, for those who may change them.

import { signal } from "@preact/signals";

import { call } from "./calls";
import { reasonOf } from "./reason";
import { loadAthletes } from "./household";
import type { AthleteDescription } from "../server/settings";
import type { Straps } from "../server/setup_payloads";

export class AthleteList {
  readonly athletes = signal<AthleteDescription[] | null>(null);
  readonly straps = signal<Straps>({ owned: [], strangers: [], ignored: [] });
  readonly failure = signal("");

  async load(): Promise<void> {
    try {
      this.athletes.value = await call<AthleteDescription[]>("athletes.describe");
      this.straps.value = await call<Straps>("straps.list");
      this.failure.value = "";
    } catch (error) {
      this.failure.value = reasonOf(error);
    }
  }

  /** Loads again, as does what the other pages show. */
  async reload(): Promise<void> {
    await Promise.all([this.load(), loadAthletes().catch(() => undefined)]);
  }

  /** Carries a change out, then loads again. Returns the daemon's reason where it refuses, else "". */
  async change(method: string, params: object): Promise<string> {
    try {
      await call(method, params);
    } catch (error) {
      return reasonOf(error);
    }
    await this.reload();
    return "";
  }
}
