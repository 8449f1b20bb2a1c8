// The pages for those who may look, by the address's fragment. A page here gets its link in the header.

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

import { texts } from "../language/language";
import { mayChange } from "../state/session";
import { LivePage } from "./live";

export interface Page {
  fragment: string;
  title: string;
  /** The content, or what loads its script and style at the first visit. */
  content: { component: ComponentType } | { load: () => Promise<ComponentType> };
  /** whether it is for those only who have signed in */
  protected: boolean;
}

export const LIVE: Page = { fragment: "", title: texts.live.title, content: { component: LivePage }, protected: false };

const PAGES: Page[] = [LIVE];

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
