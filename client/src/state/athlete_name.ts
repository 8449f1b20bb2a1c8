import { household } from "./household";

/** An athlete's name; the id where nobody has it any more. */
export function nameOf(athlete: string): string {
  return household.value.find(({ id }) => id === athlete)?.name.value ?? athlete;
}
