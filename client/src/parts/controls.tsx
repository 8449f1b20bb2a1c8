import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { fill, texts } from "../language/language";
import { ACTIVITIES, TALK_TEST_ANSWERS } from "../server/payloads";
import type { AthleteState } from "../state/athlete";
import { explain } from "../state/calls";
import { command, type Commands } from "../state/commands";
import { Choice } from "./choice";

const SUCCESS_MS = 8_000;
/** The state that a button shows comes this long after the answer at most. */
const STATE_MS = 700;

/** What can be changed of a session, with large buttons, and what came of it. */
export function Controls({ athlete }: { athlete: AthleteState }) {
  const question = useSignal<"activity" | "talk_test" | null>(null);
  const failure = useSignal("");
  const success = useSignal("");
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const session = athlete.session.value;
  const active = session?.state === "active";
  const muted = session != null && session.muted_until !== null;

  const send = async <Name extends keyof Commands>(name: Name, argument: Commands[Name], done = "") => {
    failure.value = success.value = "";
    clearTimeout(timer.current);
    try {
      await command(athlete.id, name, argument);
      success.value = done;
      timer.current = window.setTimeout(() => (success.value = ""), SUCCESS_MS);
    } catch (error) {
      failure.value = explain(error);
    }
  };
  const of = <span class="hidden"> {fill(texts.control.of, { name: athlete.name.value })}</span>;

  return (
    <div class="controls">
      <Toggle press={() => (active ? send("session", "end") : send("session", "start", texts.control.start_soon))}>
        {active ? texts.control.end : texts.control.start}
        {of}
      </Toggle>
      <Toggle press={() => send("mute", muted ? 0 : null)}>
        {muted ? texts.control.unmute : texts.control.mute}
        {of}
      </Toggle>
      <button type="button" aria-haspopup="dialog" onClick={() => (question.value = "talk_test")}>
        {texts.control.talk_test}
        {of}
      </button>
      <button type="button" aria-haspopup="dialog" onClick={() => (question.value = "activity")}>
        {fill(texts.control.activity, { activity: texts.activity[session?.activity ?? "cardio"] })}
        {of}
      </button>
      <p class="notice" role="status">
        {success.value}
      </p>
      <p class="failure" role="alert">
        {failure.value}
      </p>
      {question.value === "talk_test" && (
        <Choice
          title={`${athlete.name.value}: ${texts.talk_test.question}`}
          options={TALK_TEST_ANSWERS.map((answer) => [answer, texts.talk_test[answer]])}
          choose={(answer) => void send("talk_test", answer, texts.control.answer_noted)}
          close={() => (question.value = null)}
        />
      )}
      {question.value === "activity" && (
        <Choice
          title={`${athlete.name.value}: ${texts.control.choose_activity}`}
          options={ACTIVITIES.map((activity) => [activity, texts.activity[activity]])}
          current={session?.activity}
          choose={(activity) => void send("activity", activity)}
          close={() => (question.value = null)}
        />
      )}
    </div>
  );
}

/** A button that does the opposite once its state has changed: a second tap is none until that has come. */
function Toggle({ press, children }: { press: () => Promise<void>; children: ComponentChildren }) {
  const busy = useSignal(false);
  const tap = async () => {
    if (busy.value) return;
    busy.value = true;
    try {
      await press();
    } finally {
      window.setTimeout(() => (busy.value = false), STATE_MS);
    }
  };
  return (
    <button type="button" aria-disabled={busy.value} onClick={() => void tap()}>
      {children}
    </button>
  );
}
