import { texts } from "../language/language";
import type { Habits } from "../server/habit_payloads";
import { Card } from "./card";
import { messageText } from "./words";

/** What the other cards say already. */
const ELSEWHERE = ["water_", "cardio_missing", "cardio_reached", "supplements_due", "readiness"];

/** Whether today is for work or for rest, why, and what else there is to say. */
export function TodaySection({ today, messages }: Pick<Habits, "today" | "messages">) {
  const others = messages.filter(
    ({ code }) => code !== today?.reason.code && !ELSEWHERE.some((start) => code.startsWith(start)),
  );
  if (today === null && others.length === 0) return null;
  return (
    <Card title={texts.habits.today} kind={`today ${today?.kind ?? ""}`}>
      {today !== null && (
        <>
          <p class="large">{texts.habits.day[today.kind]}</p>
          <p>{messageText(today.reason)}</p>
        </>
      )}
      {others.length > 0 && (
        <ul>
          {others.map((message) => (
            <li key={message.text}>{messageText(message)}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}
