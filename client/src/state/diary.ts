// An athlete's log of yesterday and today, and what can be undone of it.

import { signal } from "@preact/signals";

import type { Entry } from "../server/habit_payloads";
import { call } from "./calls";
import { command, type Commands } from "./commands";
import { reasonOf } from "./reason";

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
  /** the number of the load whose entries are shown; 0 before the first */
  private shown = 0;

  constructor(readonly athlete: string) {}

  /** Load and return the entries. Without a connection, which is null, they stay as they are. */
  async load(): Promise<Entry[] | null> {
    const number = ++this.loads;
    const entries = await call<Entry[]>("log.list", { athlete: this.athlete, days: DAYS }).catch(() => null);
    if (entries !== null && number > this.shown) {
      this.shown = number;
      this.entries.value = entries;
    }
    return entries;
  }

  /** Send a command; returns whether it was carried out. */
  async send<Name extends keyof Commands>(name: Name, argument: Commands[Name]): Promise<boolean> {
    const before = this.shown === 0 ? null : this.entries.value;
    this.change.value = null;
    const changed = await this.attempt(() => command(this.athlete, name, argument));
    if (changed === null) return false;
    if (changed.length > 0) {
      const after = await this.load();
      // What was edited exists, though its time may be before the days that are loaded.
      const exists = ({ id }: Entry) => name === "log_edit" || (after ?? []).some((one) => one.id === id);
      this.change.value = {
        entries: changed,
        deleted: name === "log_delete",
        // Without the entries of before or now, nobody can tell what was added, edited or deleted.
        undo: before === null || after === null ? [] : changed.flatMap((entry) => this.reverse(entry, before, exists(entry))),
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

  private reverse(entry: Entry, before: Entry[], exists: boolean): Step[] {
    const earlier = before.find(({ id }) => id === entry.id);
    if (exists && earlier === undefined) return [() => command(this.athlete, "log_delete", { id: entry.id })];
    // What was deleted is in the answer as it was last.
    const { at, content } = earlier ?? entry;
    const { kind, ...values } = content;
    if (exists) return [() => command(this.athlete, "log_edit", { id: entry.id, ...values, at })];
    const name = COMMANDS[kind];
    return name === undefined ? [] : [() => command(this.athlete, name, { ...values, at } as never)];
  }

  private async attempt<Result>(action: () => Promise<Result>): Promise<Result | null> {
    this.failure.value = "";
    try {
      return await action();
    } catch (error) {
      this.failure.value = reasonOf(error);
      return null;
    }
  }
}
