// What the daemon tells of the node itself: its health, and whether first use goes on.

import { signal } from "@preact/signals";

import type { Message } from "../server/payloads";
import type { NodeHealth } from "../server/setup_payloads";
import { view } from "../view";
import { household, hasHousehold } from "./household";
import { mayChange } from "./session";

export const nodeHealth = signal<NodeHealth | null>(null);

/** null until the daemon has told */
const firstUseOpen = signal<boolean | null>(null);

let hasOffered = false;

export function takeNodeMessage({ kind, topic, payload }: Message): void {
  if (kind !== "state") return;
  if (topic === "node") nodeHealth.value = payload as NodeHealth;
  else if (topic === "first_use") firstUseOpen.value = (payload as { open: boolean }).open;
}

/** Go to first use, once, where it was interrupted or where nobody is set up. */
export function offerFirstUse(): void {
  const nobody = hasHousehold.value && household.value.length === 0;
  const due = mayChange() && firstUseOpen.value !== null && (firstUseOpen.value || nobody);
  if (!due || hasOffered || view.plain || view.athlete !== null) return;
  hasOffered = true;
  if (location.hash.slice(1) === "") location.hash = "first_use";
}
