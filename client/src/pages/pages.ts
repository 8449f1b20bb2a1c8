// The pages for those who may look, by the address's fragment. A page here gets its link in the header.

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

import { texts } from "../language/language";
import { LivePage } from "./live";

export interface Page {
  fragment: string;
  title: string;
  content: ComponentType;
}

export const PAGES: [Page, ...Page[]] = [{ fragment: "", title: texts.live.title, content: LivePage }];

export const page = signal(find());

window.addEventListener("hashchange", () => (page.value = find()));

function find(): Page {
  const fragment = location.hash.slice(1);
  return PAGES.find((each) => each.fragment === fragment) ?? PAGES[0];
}
