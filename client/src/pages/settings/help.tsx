// What a setting or a table is for, in the page's language; where a text is missing, the daemon's, which is English.

import { language } from "../../language/language";
import { generalKey } from "./names";

interface Helps {
  tables: Record<string, string>;
  settings: Record<string, string>;
}

const NONE: Helps = { tables: {}, settings: {} };
const TEXTS: Record<string, () => Promise<{ default: Helps }>> = {
  de: () => import("../../language/setting_help.de.json"),
};
const helps = (await TEXTS[language]?.())?.default ?? NONE;

/** As shown, so that a search finds it. */
export function settingHelp(key: string, english: string): string {
  return helps.settings[generalKey(key)] ?? english;
}

export function SettingHelp({ of, english }: { of: string; english: string }) {
  return <HelpText text={helps.settings[generalKey(of)]} english={english} />;
}

export function TableHelp({ of, english }: { of: string; english: string }) {
  return <HelpText text={helps.tables[of] ?? helps.settings[of]} english={english} />;
}

function HelpText({ text, english }: { text: string | undefined; english: string }) {
  return text === undefined ? <span lang="en">{english}</span> : <span>{text}</span>;
}
