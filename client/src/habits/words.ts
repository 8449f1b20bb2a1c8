// The daemon's messages and entries in the reader's language.

import { duration, number, weekday } from "../language/format";
import { fill, texts } from "../language/language";
import type { DaemonMessage, Entry } from "../server/habit_payloads";
import type { Activity } from "../server/payloads";

const messages: Record<string, string> = texts.habits.messages;
const circumstances: Record<string, string> = texts.habits.circumstance;
const advice: Record<string, string> = texts.habits.advice;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** In the reader's language; a message that the page does not know is in English. */
export function messageText(message: DaemonMessage): string {
  const text = messages[message.code];
  if (text === undefined) return message.text;
  const values = Object.entries(message.values).map(([key, value]) => [key, valueText(key, value)]);
  return fill(text, Object.fromEntries(values) as Record<string, string>);
}

function valueText(key: string, value: string | number): string {
  if (typeof value === "number") return number(value);
  if (key === "circumstance") return circumstances[value] ?? value;
  if (key === "advice") return advice[value] ?? value;
  return DAY.test(value) ? weekday(value) : value;
}

/** An entry in a few words. */
export function entryText({ content, words }: Entry): string {
  const entry = texts.habits.entry;
  const amount = (key: string) => number(content[key] as number);
  switch (content.kind) {
    case "sleep":
      return fill(entry.sleep, { hours: hoursText(content.hours as number) });
    case "nap":
      return fill(entry.nap, { minutes: amount("minutes") });
    case "water":
      return fill(entry.water, { ml: amount("ml") });
    case "supplement":
      return fill(entry.supplement, { name: content.name as string });
    case "symptom": {
      const severity = texts.habits.severity[content.severity as keyof typeof texts.habits.severity];
      return [fill(entry.symptom, { severity }), content.what].filter(Boolean).join(": ");
    }
    case "context":
      return fill(entry.context, {
        what: (["heat", "little_fluid", "anti_inflammatory"] as const)
          .filter((key) => content[key] === true)
          .map((key) => texts.habits.context[key])
          .join(", "),
      });
    case "activity": {
      const activity = texts.activity[content.activity as Activity];
      const text = fill(entry.activity, { minutes: amount("minutes"), activity });
      return content.hard === true ? `${text}, ${entry.hard}` : text;
    }
    case "note":
      return content.text as string;
    case "breathing":
      return breathingText(content);
    case "readiness":
      return fill(entry.readiness, { rate: number(Math.round(content.heart_rate as number)), rmssd: rmssdText(content.ln_rmssd as number) });
    default:
      return words;
  }
}

function breathingText(content: Entry["content"]): string {
  const entry = texts.habits.entry;
  const parts = [fill(entry.breathing, { minutes: number(content.minutes as number) })];
  if (content.pace != null) parts.push(fill(entry.pace, { pace: number(content.pace as number) }));
  if (content.coherence != null) parts.push(fill(entry.coherence, { coherence: number(content.coherence as number, 2) }));
  if (content.suited != null) parts.push(fill(entry.suited, { pace: number(content.suited as number) }));
  return parts.join(", ");
}

/** 7.5 as 7:30 h */
export function hoursText(hours: number): string {
  return fill(texts.habits.hours, { hours: duration(Math.round(hours * 60)) });
}

/** The RMSSD in ms of its natural logarithm. */
export function rmssdText(lnRmssd: number): string {
  return number(Math.round(Math.exp(lnRmssd)));
}
