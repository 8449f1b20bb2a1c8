import { useEffect, useRef, useState } from "preact/hooks";

import { Refusal } from "../server/requests";
import { checkSession } from "./calls";
import { connection } from "./connection";
import { reasonOf } from "./reason";

export interface Loading<Value> {
  /** what came last; null before that */
  value: Value | null;
  /** why the last request failed; "" where it did not */
  failure: string;
  /** whether what was asked for is not there */
  missing: boolean;
  reload: () => void;
}

/** What `load` gives, loaded again whenever `key` changes or the connection is back; an answer that comes too late is dropped. */
export function useLoading<Value>(load: () => Promise<Value>, key: string): Loading<Value> {
  const [state, setState] = useState<Omit<Loading<Value>, "reload">>({ value: null, failure: "", missing: false });
  const [count, setCount] = useState(0);
  const reload = () => setCount((before) => before + 1);
  const connected = connection.value === "connected";
  const first = useRef(true);
  useEffect(() => {
    if (!connected) return;
    if (!first.current || state.failure !== "") reload();
    first.current = false;
  }, [connected]);
  useEffect(() => {
    let current = true;
    load().catch(checkSession).then(
      (value) => current && setState({ value, failure: "", missing: false }),
      (problem: unknown) => {
        const failure = reasonOf(problem);
        const missing = problem instanceof Refusal && problem.status === 404;
        if (current) setState((before) => ({ ...before, failure, missing }));
      },
    );
    return () => {
      current = false;
    };
  }, [key, count]);
  return { ...state, reload };
}
