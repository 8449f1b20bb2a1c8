// Values as somebody writes them. What cannot be read stays text, so that the daemon says what is wrong with it.

import { language } from "../../language/language";

export interface TextFormat {
  write: (value: unknown) => string;
  /** null where the text is empty */
  read: (text: string) => unknown;
}

const NUMBER = new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 6 });

function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  const lines = Object.entries(value).map(([name, each]) => `${name} = ${String(each)}`);
  return lines.join(", ");
}

export const plainFormat: TextFormat = {
  write: plainText,
  read: (text) => text,
};

const NUMBERS = makeNumberFormat(1);
const PERCENTS = makeNumberFormat(100);

/** 0.7 as a fraction is 70. */
export function numberFormat(isFraction: boolean): TextFormat {
  return isFraction ? PERCENTS : NUMBERS;
}

const TEXTS = makeListFormat((text) => text);
const NUMBER_LISTS = makeListFormat((text) => NUMBERS.read(text));

/** Values with blanks or commas between them. */
export function listFormat(ofNumbers: boolean): TextFormat {
  return ofNumbers ? NUMBER_LISTS : TEXTS;
}

function makeNumberFormat(factor: number): TextFormat {
  return {
    write: (value) => (typeof value === "number" ? NUMBER.format(value * factor) : plainFormat.write(value)),
    read(text) {
      const plain = text.trim().replace(",", ".");
      if (plain === "") return null;
      const number = Number(plain);
      return Number.isFinite(number) ? Number((number / factor).toFixed(8)) : text;
    },
  };
}

function makeListFormat(read: (text: string) => unknown): TextFormat {
  return {
    write: (value) => (Array.isArray(value) ? value.map((each) => withoutSeconds(plainFormat.write(each))).join(", ") : ""),
    read: (text) => text.split(/[,;\s]+/).filter(Boolean).map(read),
  };
}

function withoutSeconds(text: string): string {
  return text.replace(/^(\d\d:\d\d):00$/, "$1");
}
