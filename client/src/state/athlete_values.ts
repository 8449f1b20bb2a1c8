// What follows from an athlete's values before the daemon has them; the daemon decides.

const SLUG_LENGTH = 28;

/** By Tanaka's formula, as the daemon does; null for a year that is none. */
export function estimateMaximum(birthYear: number): number | null {
  const age = new Date().getFullYear() - birthYear;
  return age >= 5 && age <= 110 ? 208 - 0.7 * age : null;
}

/** The ceiling in beats a minute. */
export function ceilingRate(maximum: number, ceiling: number): number {
  // 170 × 0.7 is 118.99999999999999.
  return Math.floor(maximum * ceiling + 1e-9);
}

/** An id for a name that nobody has yet: Jörg Müller is jorg-muller. */
export function athleteId(name: string, others: string[]): string {
  const plain = name
    .normalize("NFD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/ß/g, "ss")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, "");
  const id = plain || "athlete";
  if (!others.includes(id)) return id;
  let number = 2;
  while (others.includes(`${id}-${number}`)) number++;
  return `${id}-${number}`;
}
