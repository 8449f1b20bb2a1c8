// The line to the web process and, behind it, to the daemon: open while somebody may look at the page and does.

import { computed, effect, signal } from "@preact/signals";

import { Feed } from "../server/feed";
import { Refusal } from "../server/requests";
import { expectStates, expireAll, forgetEnded, loadAthletes, loadRecent, takeMessage } from "./household";
import { loadSession, mayLook, openLink, session } from "./session";
import { offerFirstUse, takeNodeMessage } from "./node";
import { keepScreenOn } from "./screen";

export type Connection = "connecting" | "connected" | "no_daemon" | "lost";

export const connection = signal<Connection>("connecting");

const CLOCK_MS = 1_000;
/** A clock that jumps further has slept. */
const SLEEP_MS = 10_000;
/** A guest who goes is in no message. */
const AGAIN_MS = 600_000;
const RETRY_MS = 2_000;
/** The daemon sends all its states within this time, also where it has just started. */
const STATES_MS = 5_000;

/** whether the line is of use: it is not known yet who looks, or they may look */
const isUseful = computed(() => session.value === null || mayLook());

const feed = new Feed({
  async prepare() {
    await openLink();
    await loadSession();
    expectStates();
    return mayLook();
  },
  take(message) {
    takeMessage(message);
    takeNodeMessage(message);
  },
  connection(web, daemon) {
    connection.value = !web ? "lost" : daemon ? "connected" : "no_daemon";
  },
});

/** Open and close the line as it is of use, and load what comes not by itself. */
export function begin(): void {
  effect(() => {
    if (isUseful.value) open();
    else close();
  });
  effect(() => {
    if (connection.value === "connected") return keepHousehold();
    // What comes from now on is of the next connection.
    expectStates();
    return undefined;
  });
  effect(offerFirstUse);
  // A page that nobody sees costs the Pi nothing; when it is seen again, it asks for everything again.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      expireAll();
    } else if (isUseful.value) open();
  });
  window.addEventListener("online", () => feed.hurry());
  noticeSleep(() => {
    expireAll();
    if (feed.open) open();
  });
}

/** Load who there is and the last minutes, again every now and then; what fails is tried again soon. Returns what ends that. */
function keepHousehold(): () => void {
  let current = true;
  let timer = 0;
  const states = window.setTimeout(forgetEnded, STATES_MS);
  const load = async () => {
    let pause = AGAIN_MS;
    try {
      await loadAthletes();
      await loadRecent();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Refusal)) throw error;
      pause = RETRY_MS;
    }
    if (current) timer = window.setTimeout(() => void load(), pause);
  };
  void load();
  return () => {
    current = false;
    clearTimeout(timer);
    clearTimeout(states);
  };
}

function open(): void {
  if (document.hidden) return;
  connection.value = "connecting";
  feed.start();
  void keepScreenOn();
}

function close(): void {
  feed.close();
  connection.value = "connecting";
}

function noticeSleep(wake: () => void): void {
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > SLEEP_MS) wake();
    last = now;
  }, CLOCK_MS);
}
