import { texts } from "../language/language";
import { HeartRate, zoneClass } from "../parts/heart_rate";
import type { AthleteState } from "../state/athlete";
import { athletesToShow } from "./live";

/** Numbers on a transparent ground, for a video stream. */
export function PlainPage() {
  return (
    <main class="overlay">
      <h1 class="hidden">{texts.live.title}</h1>
      {athletesToShow().map((athlete) => (
        <PlainAthlete key={athlete.id} athlete={athlete} />
      ))}
    </main>
  );
}

function PlainAthlete({ athlete }: { athlete: AthleteState }) {
  const live = athlete.live.value;
  return (
    <article class={`athlete ${zoneClass(live?.zone)}`} aria-label={athlete.name.value} data-athlete={athlete.id}>
      <HeartRate live={live} />
    </article>
  );
}
