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
  /** Loads the page's own script and style, at the first visit. */
  load: () => Promise<ComponentType>;
  /** whether it is for those only who have signed in */
  protected: boolean;
  /** whether it has its link in the header; always where left out */
  listed?: () => boolean;
}

export const LIVE: Page = { fragment: "", title: texts.live.title, load: () => Promise.resolve(LivePage), protected: false };

const HABITS: Page = {
  fragment: "habits",
  title: texts.habits.title,
  load: () => import("./habits").then((module) => module.HabitsPage),
  protected: false,
  listed: () => household.value.some((athlete) => athlete.habits.value !== null),
};

const PAGES: Page[] = [LIVE, HABITS];

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
