// Four questions to somebody who has just plugged talkpace in. The daemon says which is next.

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { fill, texts } from "../language/language";
import { AlertStep } from "../parts/alert_step";
import { AthleteStep } from "../parts/athlete_step";
import { BrokerStep } from "../parts/broker_step";
import { FocusedHeading } from "../parts/focused_heading";
import { StrapStep } from "../parts/strap_step";
import { STEPS, type Answer, type FirstUse, type Step } from "../server/setup_payloads";
import { call, explain } from "../state/calls";
import { connection } from "../state/connection";
import { place } from "./pages";
import "../style/set_up_parts.css";
import "../style/first_use.css";

type Answers = Record<string, Answer | null>;

export interface StepProperties {
  state: FirstUse;
  /** Takes answers, and stays. */
  answer: (answers: Answers) => Promise<unknown>;
  /** Takes answers, and goes to the first step that is not done. */
  answerAndGo: (answers: Answers) => Promise<void>;
  /** Goes to the first step that is not done. */
  next: () => Promise<void>;
}

const CONTENTS: Record<Step, ComponentType<StepProperties>> = {
  athlete: AthleteStep,
  strap: StrapStep,
  alerts: AlertStep,
  broker: BrokerStep,
};

export function FirstUsePage() {
  const state = useSignal<FirstUse | null>(null);
  const failure = useSignal("");
  const attempt = async (act: () => Promise<unknown>) => {
    failure.value = "";
    try {
      await act();
      return true;
    } catch (error) {
      failure.value = explain(error);
      return false;
    }
  };
  const refresh = () => attempt(async () => (state.value = await call<FirstUse>("first_use")));
  const answer = (answers: Answers) =>
    attempt(async () => (state.value = await call<FirstUse>("first_use.set", { answers })));
  const go = () => (location.hash = "first_use");
  useEffect(() => {
    if (connection.value === "connected") void refresh();
  }, [connection.value]);

  if (state.value === null) {
    return (
      <p class="empty" role="status">
        {failure.value || texts.loading}
      </p>
    );
  }
  const first = state.value.step;
  const shown = STEPS.find((step) => step === place.value) ?? first;
  const Content = shown === "done" ? null : CONTENTS[shown];
  return (
    <div class="first-use">
      <StepList state={state.value} shown={shown} />
      <p class="failure" role="alert">
        {failure.value}
      </p>
      {Content === null || shown === "done" ? (
        <End attempt={attempt} />
      ) : (
        <section aria-labelledby="step">
          <p class="muted">{fill(texts.first_use.step, { number: STEPS.indexOf(shown) + 1, count: STEPS.length })}</p>
          <FocusedHeading key={shown} id="step">
            {texts.first_use[shown]}
          </FocusedHeading>
          <Content
            key={shown}
            state={state.value}
            answer={answer}
            answerAndGo={async (answers) => {
              if (await answer(answers)) go();
            }}
            next={async () => {
              if (await refresh()) go();
            }}
          />
        </section>
      )}
      <p class="muted">{texts.first_use.pause}</p>
    </div>
  );
}

function StepList({ state, shown }: { state: FirstUse; shown: Step | "done" }) {
  const first = state.step === "done" ? STEPS.length : STEPS.indexOf(state.step);
  return (
    <nav aria-label={texts.first_use.steps}>
      <ol class="step-list">
        {STEPS.map((step, index) => (
          <li key={step} class={index < first ? "done" : ""}>
            <a href={`#first_use/${step}`} aria-current={step === shown ? "step" : undefined}>
              <span class="mark" aria-hidden="true">
                {index < first ? "✓" : index + 1}
              </span>
              {texts.first_use[step]}
              {index < first && <span class="hidden"> ({texts.first_use.done_mark})</span>}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function End({ attempt }: { attempt: (act: () => Promise<unknown>) => Promise<unknown> }) {
  const close = () =>
    attempt(async () => {
      await call("first_use.set", { open: false });
      location.hash = "";
    });
  return (
    <section aria-labelledby="step">
      <FocusedHeading id="step">{texts.first_use.end.title}</FocusedHeading>
      <p>{texts.first_use.end.text}</p>
      <button type="button" class="main" onClick={() => void close()}>
        {texts.first_use.end.live}
      </button>
    </section>
  );
}
