import { useSignal } from "@preact/signals";

import { fill, texts } from "../language/language";
import type { StepProperties } from "../pages/first_use";
import { call, explain } from "../state/calls";

const text = texts.first_use.test;
const QUIET_HEALTH = ["ok", "none", "recorded", "shown in the terminal"];

/** Did you hear it, did you see it? */
export function AlertStep({ state, answer, answerAndGo }: StepProperties) {
  const notice = useSignal("");
  const failure = useSignal("");
  const play = async () => {
    failure.value = notice.value = "";
    try {
      await call("alerts.test", { pattern: "over" });
      notice.value = text.playing;
    } catch (error) {
      failure.value = explain(error);
    }
  };
  const missing = state.outputs.filter((output) => state.answers[output] !== "yes");
  return (
    <>
      <p>{state.outputs.length > 0 ? text.introduction : text.none}</p>
      {!QUIET_HEALTH.includes(state.alerts) && <p class="failure">{fill(text.health, { health: state.alerts })}</p>}
      {state.outputs.length > 0 && (
        <>
          <button type="button" class="main" onClick={() => void play()}>
            {text.play}
          </button>
          <p role="status">{notice.value}</p>
        </>
      )}
      <p class="failure" role="alert">
        {failure.value}
      </p>
      {state.outputs.map((output) => (
        <Question key={output} output={output} given={state.answers[output]} give={(yes) => answer({ [output]: yes })} />
      ))}
      <div class="buttons">
        <button
          type="button"
          class={missing.length === 0 ? "main" : ""}
          onClick={() => void answerAndGo({ alerts: missing.length === 0 && state.outputs.length > 0 ? "yes" : "later" })}
        >
          {state.outputs.length === 0 || missing.length === 0 ? texts.first_use.next : text.without}
        </button>
      </div>
    </>
  );
}

interface QuestionProperties {
  output: string;
  given: string | undefined;
  give: (answer: "yes" | "no") => Promise<unknown>;
}

function Question({ output, given, give }: QuestionProperties) {
  const kind = output === "buzzer" || output === "led" || output === "lamps" || output === "speaker" ? output : null;
  const remedies = kind === null ? text.other_no : text[`${kind}_no`];
  return (
    <fieldset>
      <legend>{kind === null ? fill(text.other, { name: output }) : text[kind]}</legend>
      <div class="buttons">
        {(["yes", "no"] as const).map((value) => (
          <button type="button" key={value} aria-pressed={given === value} onClick={() => void give(value)}>
            {text[value]}
          </button>
        ))}
      </div>
      {given === "no" && (
        <div role="status">
          <ul>
            {remedies.map((remedy) => (
              <li key={remedy}>{remedy}</li>
            ))}
          </ul>
          <a href="#health">{text.findings}</a>
        </div>
      )}
    </fieldset>
  );
}
