import { fill, texts } from "../language/language";
import { AthleteCard } from "../parts/athlete_card";
import { connection } from "../state/connection";
import { household, hasHousehold } from "../state/household";
import { view } from "../view";

/** on a wall, by the number of athletes; more than twelve scroll */
const COLUMNS: Record<number, number> = { 1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 9: 3 };
const MOST_COLUMNS = 4;
const MOST_ROWS = 3;

/** Everybody at once, or the one athlete of the address. */
export function LivePage() {
  const athletes = athletesToShow();
  if (athletes.length === 0) return <p class="empty">{emptyText()}</p>;
  const columns = COLUMNS[athletes.length] ?? MOST_COLUMNS;
  const rows = Math.min(Math.ceil(athletes.length / columns), MOST_ROWS);
  return (
    <div class="wall" data-columns={columns} data-rows={rows}>
      {athletes.map((athlete) => (
        <AthleteCard key={athlete.id} athlete={athlete} />
      ))}
    </div>
  );
}

export function athletesToShow() {
  return household.value.filter(({ id }) => view.athlete === null || id === view.athlete);
}

function emptyText(): string {
  if (!hasHousehold.value) return connection.value === "no_daemon" ? "" : texts.connecting;
  return view.athlete === null ? texts.live.nobody : fill(texts.live.unknown, { athlete: view.athlete });
}
