// A search for straps and a pairing, as they happen. They end with the part that shows them.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { Notification } from "../server/progress";
import type { FoundStrap, Pairing } from "../server/setup_payloads";
import { callWithProgress, explain } from "./calls";

export const SEARCH_S = 20;
const PROOF_S = 8;
const AGAIN_MS = 500;
/** The daemon takes a moment to end a search, and until then refuses another. */
const MOST_TRIES = 6;

export interface PairingSteps {
  strap: FoundStrap;
  steps: string[];
  heartRate: number | null;
}

export function useStraps() {
  const straps = useSignal<FoundStrap[]>([]);
  const searching = useSignal(false);
  const isComplete = useSignal(false);
  const pairing = useSignal<PairingSteps | null>(null);
  const result = useSignal<Pairing | null>(null);
  const failure = useSignal("");
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  /** The result, or null where it failed or was stopped. */
  const run = async <Result>(
    method: string,
    params: object,
    take: (one: Notification) => void,
  ): Promise<Result | null> => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    failure.value = "";
    let started = false;
    let more = MOST_TRIES;
    const notice = (one: Notification) => {
      started = true;
      take(one);
    };
    for (;;) {
      try {
        return await callWithProgress<Result>(method, params, notice, stop.signal);
      } catch (error) {
        if (stop.signal.aborted) return null;
        if (started || more-- <= 0) {
          failure.value = explain(error);
          return null;
        }
      }
      await new Promise<void>((resume) => {
        setTimeout(resume, AGAIN_MS);
        stop.signal.addEventListener("abort", () => resume());
      });
      if (stop.signal.aborted) return null;
    }
  };

  const search = async () => {
    straps.value = [];
    result.value = null;
    searching.value = true;
    isComplete.value = false;
    const all = await run<FoundStrap[]>("scan", { seconds: SEARCH_S }, ({ method, params }) => {
      if (method === "found") straps.value = withStrap(straps.value, params as FoundStrap);
    });
    searching.value = false;
    isComplete.value = all !== null;
    if (all !== null) straps.value = all;
  };

  const pair = async (strap: FoundStrap, athlete: string) => {
    pairing.value = { strap, steps: [], heartRate: null };
    const answer = await run<Pairing>(
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
    );
    if (answer === null) pairing.value = null;
    result.value = answer;
    return answer !== null;
  };

  const stop = () => {
    running.current?.abort();
    pairing.value = null;
  };

  return { straps, searching, isComplete, pairing, result, failure, search, pair, stop };
}

function withStrap(straps: FoundStrap[], strap: FoundStrap): FoundStrap[] {
  const others = straps.filter(({ address }) => address !== strap.address);
  return [...others, strap].sort((one, other) => (other.signal_dbm ?? -999) - (one.signal_dbm ?? -999));
}
