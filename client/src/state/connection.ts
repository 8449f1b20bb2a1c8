// The line to the web process and, behind it, to the daemon: open while somebody may look at the page and does.

import { computed, effect, signal } from "@preact/signals";

import { Feed } from "../server/feed";
import { expectStates, expireAll, loadAthletes, loadRecent, takeMessage } from "./household";
import { loadSession, mayLook, openLink, session } from "./session";
import { offerFirstUse, takeNodeMessage } from "./node";
import { keepScreenOn } from "./screen";

export type Connection = "connecting" | "connected" | "no_daemon" | "lost";

export const connection = signal<Connection>("connecting");

const CLOCK_MS = 1_000;
/** A clock that jumps further has slept. */
const SLEEP_MS = 10_000;

/** whether there is something to ask for: it is not known yet who looks, or they may look */
const needed = computed(() => session.value === null || mayLook());

const feed = new Feed({
  async prepare() {
    await loadSession();
    expectStates();
    return mayLook();
  },
  take(message) {
    takeMessage(message);
    takeNodeMessage(message);
  },
  connection(web, daemon) {
    const before = connection.value;
    connection.value = !web ? "lost" : daemon ? "connected" : "no_daemon";
    // Where that fails, the connection is lost too: it comes here again.
    if (connection.value === "connected" && before !== "connected") void load().catch(() => undefined);
  },
});

/** Find out who looks, then open and close the line as needed. */
export async function begin(): Promise<void> {
  // It raises where the web process does not answer: the line then goes on trying.
  await openLink().catch(() => undefined);
  effect(() => {
    if (needed.value) open();
    else feed.close();
  });
  effect(offerFirstUse);
  // A page that nobody sees costs the Pi nothing; when it is seen again, it asks for everything anew.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      feed.close();
      expireAll();
    } else if (needed.value) open();
  });
  window.addEventListener("online", () => feed.hurry());
  noticeSleep(() => {
    expireAll();
    if (feed.open) open();
  });
}

async function load(): Promise<void> {
  await loadAthletes();
  await loadRecent();
}

function open(): void {
  if (document.hidden) return;
  connection.value = "connecting";
  feed.start();
  void keepScreenOn();
}

function noticeSleep(wake: () => void): void {
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > SLEEP_MS) wake();
    last = now;
  }, CLOCK_MS);
}
