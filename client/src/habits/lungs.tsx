import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { duration } from "../language/format";
import { fill, texts } from "../language/language";
import type { Breathing } from "../server/habit_payloads";
import type { Received } from "../state/athlete";
import { BreathClock, type Moment } from "./breath";

const REDUCED_MOTION = matchMedia("(prefers-reduced-motion: reduce)");

/** A circle that grows and shrinks as the light does; with less motion a bar that moves once a second. */
export function Lungs({ received }: { received: ReadonlySignal<Received<Breathing> | null> }) {
  const clock = useMemo(() => new BreathClock(), []);
  const picture = useRef<HTMLDivElement>(null);
  const moment = useSignal<Moment | null>(null);
  const words = texts.habits.breathing;
  useSignalEffect(() => {
    if (received.value !== null) clock.take(received.value);
  });
  useEffect(() => {
    let frame = 0;
    let shown = "";
    const show = (nowMs: number) => {
      frame = requestAnimationFrame(show);
      const current = clock.at(nowMs);
      if (current === null) return;
      if (!REDUCED_MOTION.matches) picture.current?.style.setProperty("--fullness", current.fullness.toFixed(4));
      // The text changes once a second, or with the phase.
      const text = `${current.phase} ${Math.ceil(current.phaseLeftS)} ${Math.ceil(current.leftS)}`;
      if (text !== shown) moment.value = current;
      shown = text;
    };
    show(performance.now());
    return () => cancelAnimationFrame(frame);
  }, []);
  // Alone, so that a screen reader hears the phase only, and when it changes.
  const phase = useComputed(() => (moment.value === null ? "" : words[moment.value.phase]));
  const current = moment.value;
  return (
    <div class="lungs" ref={picture}>
      <div class="air" aria-hidden="true" />
      <p class="phase" role="status">
        {phase}
      </p>
      {current !== null && (
        <>
          <p aria-hidden="true">{fill(words.phase_left, { seconds: Math.ceil(current.phaseLeftS) })}</p>
          <progress aria-hidden="true" max={Math.round(current.phaseS)} value={bar(current)} />
          <p role="timer">{fill(words.left, { time: duration(Math.ceil(current.leftS)) })}</p>
        </>
      )}
    </div>
  );
}

/** Fills while inhaling, and empties while exhaling. */
function bar({ phase, phaseLeftS, phaseS }: Moment): number {
  const remainingS = Math.ceil(phaseLeftS);
  return phase === "inhale" ? Math.round(phaseS) - remainingS : remainingS;
}
