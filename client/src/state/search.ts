// A search for straps and a pairing, as they happen. They end with the part that shows them.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { Notification } from "../server/progress";
import type { FoundStrap, Pairing } from "../server/setup_payloads";
import { callWithProgress, explain } from "./calls";

export const SEARCH_S = 20;
const PROOF_S = 8;
const AGAIN_MS = 500;
const MOST_TRIES = 6;

export interface PairingSteps {
  strap: FoundStrap;
  steps: string[];
  heartRate: number | null;
}

export function useStraps() {
  const found = useSignal<FoundStrap[]>([]);
  const searching = useSignal(false);
  const searched = useSignal(false);
  const pairing = useSignal<PairingSteps | null>(null);
  const paired = useSignal<Pairing | null>(null);
  const failure = useSignal("");
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  /** The result, or null where it failed or was stopped; `more` is how often a radio in use is tried again. */
  const run = async <Result>(
    method: string,
    params: object,
    take: (one: Notification) => void,
    more = 0,
  ): Promise<Result | null> => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    failure.value = "";
    let begun = false;
    const notice = (one: Notification) => {
      begun = true;
      take(one);
    };
    for (;;) {
      try {
        return await callWithProgress<Result>(method, params, notice, stop.signal);
      } catch (error) {
        if (stop.signal.aborted) return null;
        if (begun || more-- <= 0) {
          failure.value = explain(error);
          return null;
        }
      }
      await new Promise((resume) => setTimeout(resume, AGAIN_MS));
      if (stop.signal.aborted) return null;
    }
  };

  const search = async () => {
    found.value = [];
    paired.value = null;
    searching.value = true;
    searched.value = false;
    const all = await run<FoundStrap[]>("scan", { seconds: SEARCH_S }, ({ method, params }) => {
      if (method === "found") found.value = withStrap(found.value, params as FoundStrap);
    });
    searching.value = false;
    searched.value = all !== null;
    if (all !== null) found.value = all;
  };

  const pair = async (strap: FoundStrap, athlete: string) => {
    // The daemon takes a moment to end a search.
    const more = searching.value ? MOST_TRIES : 0;
    pairing.value = { strap, steps: [], heartRate: null };
    const result = await run<Pairing>(
      "pair",
      { address: strap.address, athlete, seconds: PROOF_S },
      ({ method, params }) => {
        const now = pairing.value;
        if (now === null) return;
        if (method === "step") pairing.value = { ...now, steps: [...now.steps, (params as { text: string }).text] };
        else if (method === "measurement") {
          pairing.value = { ...now, heartRate: (params as { heart_rate: number }).heart_rate };
        }
      },
      more,
    );
    if (result === null) pairing.value = null;
    paired.value = result;
    return result !== null;
  };

  const stop = () => {
    running.current?.abort();
    pairing.value = null;
  };

  return { found, searching, searched, pairing, paired, failure, search, pair, stop };
}

function withStrap(straps: FoundStrap[], strap: FoundStrap): FoundStrap[] {
  const others = straps.filter(({ address }) => address !== strap.address);
  return [...others, strap].sort((one, other) => (other.signal_dbm ?? -999) - (one.signal_dbm ?? -999));
}
