// The pages for those who may look, by the address's fragment. A page here gets its link in the header.

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

import { texts } from "../language/language";
import { household } from "../state/household";
import { mayChange } from "../state/session";
import { LivePage } from "./live";

export interface Page {
  fragment: string;
  title: string;
  /** The content, or what loads its script and style at the first visit. */
  content: { component: ComponentType } | { load: () => Promise<ComponentType> };
  /** whether it is for those only who have signed in */
  protected: boolean;
  /** whether it has its link in the header; always where left out */
  listed?: () => boolean;
}

export const LIVE: Page = { fragment: "", title: texts.live.title, content: { component: LivePage }, protected: false };

const HISTORY: Page = {
  fragment: "history",
  title: texts.history.title,
  content: { load: () => import("./history").then((module) => module.HistoryPage) },
  protected: true,
};

export const HEALTH: Page = {
  fragment: "health",
  title: texts.health.title,
  content: { load: () => import("./health").then((module) => module.HealthPage) },
  protected: true,
};

export const FIRST_USE: Page = {
  fragment: "first_use",
  title: texts.first_use.title,
  content: { load: () => import("./first_use").then((module) => module.FirstUsePage) },
  protected: true,
  listed: () => false,
};

const HABITS: Page = {
  fragment: "habits",
  title: texts.habits.title,
  content: { load: () => import("./habits").then((module) => module.HabitsPage) },
  protected: false,
  listed: () => household.value.some((athlete) => athlete.habits.value !== null),
};

const SETTINGS: Page = {
  fragment: "settings",
  title: texts.settings.title,
  content: { load: () => import("./settings/settings_page").then((module) => module.SettingsPage) },
  protected: true,
};

const PAGES: Page[] = [LIVE, HISTORY, HABITS, HEALTH, SETTINGS, FIRST_USE];

/** The pages that this visitor may see. */
export function visiblePages(): Page[] {
  return PAGES.filter((each) => !each.protected || mayChange());
}

/** what follows the page's name in the fragment, as 12 in #history/12; empty without any */
export const place = signal("");

export const page = signal(LIVE);

window.addEventListener("hashchange", find);
find();

function find(): void {
  const [fragment, ...rest] = location.hash.slice(1).split("/");
  page.value = PAGES.find((each) => each.fragment === fragment) ?? LIVE;
  place.value = rest.join("/");
}
