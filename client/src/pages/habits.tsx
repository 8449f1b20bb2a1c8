import { useEffect, useMemo, useRef } from "preact/hooks";

import { BreathingSection } from "../habits/breathing_section";
import { ChangeNotice } from "../habits/change_notice";
import { chosenAthlete, AthleteChoice } from "../habits/athlete_choice";
import { EntryList } from "../habits/entry_list";
import { NapSection } from "../habits/nap_section";
import { NotesSection } from "../habits/notes_section";
import { ReadinessSection } from "../habits/readiness_section";
import { SleepSection } from "../habits/sleep_section";
import { SupplementsSection } from "../habits/supplements_section";
import { SymptomsSection } from "../habits/symptoms_section";
import { TodaySection } from "../habits/today_section";
import { WaterSection } from "../habits/water_section";
import { WeekSection } from "../habits/week_section";
import { texts } from "../language/language";
import type { AthleteState } from "../state/athlete";
import { connection } from "../state/connection";
import { Diary } from "../state/diary";
import { hasHousehold } from "../state/household";
import { mayChange } from "../state/session";
import "../style/habits.css";

/** One athlete's day and week, the log, and what talkpace leads: breath, nap, morning measurement. */
export function HabitsPage() {
  const athlete = chosenAthlete.value;
  if (athlete === null) return <NoHabits />;
  return (
    <div class="habits">
      <AthleteChoice />
      <AthleteHabits key={athlete.id} athlete={athlete} />
    </div>
  );
}

function NoHabits() {
  const waiting = !hasHousehold.value || connection.value === "connecting";
  if (waiting) return <p class="empty">{connection.value === "no_daemon" ? "" : texts.connecting}</p>;
  if (!mayChange()) return <p class="empty">{texts.habits.not_shown}</p>;
  return (
    <div class="form-page">
      <h2>{texts.habits.off}</h2>
      <p>{texts.habits.switch_on}</p>
      <p>
        <a class="button" href="#settings">
          {texts.habits.to_settings}
        </a>
      </p>
    </div>
  );
}

function AthleteHabits({ athlete }: { athlete: AthleteState }) {
  const diary = useMemo(() => new Diary(athlete.id), [athlete]);
  const entries = useRef<HTMLHeadingElement>(null);
  const habits = athlete.habits.value?.payload;
  // The status changes with the log, no matter who writes it.
  useEffect(() => {
    if (mayChange()) void diary.load();
  }, [habits]);
  if (habits === undefined) return null;
  const changing = mayChange();
  return (
    <>
      <div class="cards">
        <TodaySection today={habits.today} messages={habits.messages} />
        {habits.week && <WeekSection week={habits.week} day={habits.day} diary={diary} />}
        {habits.water && <WaterSection water={habits.water} diary={diary} />}
        {habits.sleep && <SleepSection sleep={habits.sleep} diary={diary} />}
        {habits.breathing && <BreathingSection athlete={athlete} status={habits.breathing} diary={diary} />}
        {habits.readiness && <ReadinessSection athlete={athlete} status={habits.readiness} diary={diary} />}
        {athlete.nap.value && <NapSection received={athlete.nap.value} diary={diary} />}
        {habits.symptoms && (
          <SymptomsSection symptoms={habits.symptoms} withContext={habits.beside_symptoms !== null} diary={diary} />
        )}
        {habits.supplements && <SupplementsSection supplements={habits.supplements} diary={diary} />}
        {changing && <NotesSection diary={diary} />}
        {changing && <EntryList diary={diary} heading={entries} />}
      </div>
      <ChangeNotice diary={diary} focus={() => entries.current?.focus({ preventScroll: true })} />
    </>
  );
}
