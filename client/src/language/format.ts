// Numbers and times as text.

import { language } from "./language";

const NO_BREAK_SPACE = "\u00a0";
const TIME_OF_DAY = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** of the page's language, with the country that the browser names */
const LOCALE = navigator.languages.find((each) => each.toLowerCase().startsWith(language)) ?? language;
const LOCAL_DATE_TIME = new Intl.DateTimeFormat(LOCALE, {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: "UTC",
});
const MONTH = new Intl.DateTimeFormat(LOCALE, { month: "long", year: "numeric", timeZone: "UTC" });

/** 0.66 as 66 % */
export function percent(fraction: number): string {
  return `${Math.round(fraction * 100)}${NO_BREAK_SPACE}%`;
}

/** h:mm:ss or m:ss */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** 18:02 */
export function timeOfDay(time: Date): string {
  return TIME_OF_DAY.format(time);
}

/** A date and time as the athlete's clock showed it, whatever this device's time zone is. */
export function localDateTime(time: string): string {
  return LOCAL_DATE_TIME.format(asUtc(time));
}

/** 2026-11 as November 2026 */
export function monthName(month: string): string {
  return MONTH.format(asUtc(`${month}-01T00:00:00`));
}

function asUtc(time: string): Date {
  return new Date(`${time.slice(0, 19)}Z`);
}

const DATE_AND_TIME = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** 29 Nov 2026, 18:02 */
export function dateAndTime(time: Date): string {
  return DATE_AND_TIME.format(time);
}

/** 1234.5 as 1,234.5; two decimal places at most, or as many as given */
export function number(value: number, places?: number): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: places ?? 0, maximumFractionDigits: places ?? 2 }).format(value);
}

/** 2026-11-24 as Tuesday */
export function weekday(day: string, length: "long" | "short" = "long"): string {
  return new Intl.DateTimeFormat(language, { weekday: length, timeZone: "UTC" }).format(new Date(`${day}T12:00:00Z`));
}
