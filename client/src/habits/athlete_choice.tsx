// Whose habits are shown: that of the address, or the one chosen last in this browser.

import { computed, signal } from "@preact/signals";

import { texts } from "../language/language";
import { household } from "../state/household";
import { view } from "../view";

const STORAGE_KEY = "talkpace.habits.athlete";

const choice = signal(localStorage.getItem(STORAGE_KEY));

const athletes = computed(() =>
  household.value.filter(({ id, habits }) => habits.value !== null && (view.athlete === null || id === view.athlete)),
);

/** null where there is nobody with habits */
export const chosenAthlete = computed(
  () => athletes.value.find(({ id }) => id === choice.value) ?? athletes.value[0] ?? null,
);

export function AthleteChoice() {
  if (athletes.value.length < 2) return <p class="athlete-name">{chosenAthlete.value?.name}</p>;
  return (
    <div class="buttons" role="group" aria-label={texts.habits.athlete}>
      {athletes.value.map(({ id, name }) => (
        <button
          type="button"
          key={id}
          aria-pressed={id === chosenAthlete.value?.id}
          onClick={() => {
            localStorage.setItem(STORAGE_KEY, id);
            choice.value = id;
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
