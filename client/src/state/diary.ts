// An athlete's log of yesterday and today, and what can be undone of it.

import { signal } from "@preact/signals";

import { texts } from "../language/language";
import type { Entry } from "../server/habit_payloads";
import { call } from "./calls";
import { command, type Commands } from "./commands";

const DAYS = 2;

/** The commands that log a kind again after it was deleted; a measurement is in none. */
const COMMANDS: Record<string, keyof Commands> = {
  sleep: "sleep",
  nap: "log_nap",
  water: "water",
  supplement: "supplement",
  symptom: "symptom",
  context: "context",
  activity: "log_activity",
  note: "note",
};

type Step = () => Promise<unknown>;

export class Diary {
  readonly entries = signal<Entry[]>([]);
  /** the entries that were changed last, and how that is undone */
  readonly change = signal<{ entries: Entry[]; deleted: boolean; undo: Step[] } | null>(null);
  /** why the last command was refused */
  readonly failure = signal("");
  private loads = 0;

  constructor(readonly athlete: string) {}

  /** Load the entries, unless a later call is on its way. Without a connection they stay as they are. */
  async load(): Promise<void> {
    const number = ++this.loads;
    const entries = await call<Entry[]>("log.list", { athlete: this.athlete, days: DAYS }).catch(() => null);
    if (entries !== null && number === this.loads) this.entries.value = entries;
  }

  /** Send a command; returns whether it was carried out. */
  async send<Name extends keyof Commands>(name: Name, argument: Commands[Name]): Promise<boolean> {
    const before = new Map(this.entries.value.map((entry) => [entry.id, entry]));
    this.change.value = null;
    const changed = await this.attempt(() => command(this.athlete, name, argument));
    if (changed === null) return false;
    if (changed.length > 0) {
      await this.load();
      const after = new Set(this.entries.value.map((entry) => entry.id));
      this.change.value = {
        entries: changed,
        deleted: changed.every((entry) => !after.has(entry.id)),
        undo: changed.flatMap((entry) => this.reverse(entry, before.get(entry.id), after.has(entry.id))),
      };
    }
    return true;
  }

  async undo(): Promise<void> {
    const steps = this.change.value?.undo ?? [];
    this.change.value = null;
    for (const step of steps) if ((await this.attempt(step)) === null) break;
    await this.load();
  }

  /** Whether an entry can be logged again after it was deleted. */
  static canReturn(entry: Entry): boolean {
    return entry.content.kind in COMMANDS;
  }

  private reverse(entry: Entry, before: Entry | undefined, exists: boolean): Step[] {
    if (before === undefined) return [() => command(this.athlete, "log_delete", { id: entry.id })];
    const { kind, ...values } = before.content;
    if (exists) return [() => command(this.athlete, "log_edit", { id: entry.id, ...values, at: before.at })];
    const name = COMMANDS[kind];
    return name === undefined ? [] : [() => command(this.athlete, name, { ...values, at: before.at } as never)];
  }

  private async attempt<Result>(action: () => Promise<Result>): Promise<Result | null> {
    this.failure.value = "";
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.failure.value = error instanceof TypeError ? texts.control.no_connection : error.message;
      return null;
    }
  }
}
