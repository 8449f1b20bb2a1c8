import { useRef, useState } from "preact/hooks";

/** Whether something is on its way, and what starts it, which does nothing meanwhile: a double tap counts once. */
export function useBusy(): [boolean, (act: () => Promise<unknown>) => Promise<void>] {
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const run = async (act: () => Promise<unknown>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await act();
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return [busy, run];
}
