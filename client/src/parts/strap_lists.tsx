// Everybody's straps, strangers in range, and those that are ignored, with what can be done about each.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { dateAndTime, percent } from "../language/format";
import { fill, texts } from "../language/language";
import type { Straps } from "../server/setup_payloads";
import { nameOf } from "../state/athlete_name";
import { useBusy } from "../state/busy";
import { call, explain } from "../state/calls";
import { connection } from "../state/connection";
import { household, loadAthletes } from "../state/household";
import { Choice } from "./choice";
import { Figure } from "./figure";
import { GuestForm } from "./guest_form";
import { Signal } from "./signal";

const text = texts.health;
const REFRESH_MS = 10_000;

interface Strap {
  address: string;
  name: string | null;
}

type Question = { kind: "forget" | "give" | "guest"; strap: Strap } | null;

export function StrapLists() {
  const straps = useSignal<Straps | null>(null);
  const failure = useSignal("");
  const loadFailure = useSignal("");
  const changed = useRef<string | null>(null);
  const [, run] = useBusy();
  const question = useSignal<Question>(null);
  const load = async () => {
    try {
      straps.value = await call<Straps>("straps.list");
      loadFailure.value = "";
    } catch (error) {
      changed.current = null;
      loadFailure.value = explain(error);
    }
  };
  // `list` is the id of the heading above the strap, whose buttons may go.
  const act = (list: string, method: string, params: object) =>
    run(async () => {
      failure.value = "";
      try {
        await call(method, params);
        changed.current = list;
        await load();
      } catch (error) {
        failure.value = explain(error);
      }
    });
  useEffect(() => {
    if (connection.value !== "connected") return;
    void load();
    const timer = setInterval(() => {
      if (!document.hidden) void load();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [connection.value]);
  useEffect(() => {
    const list = changed.current;
    changed.current = null;
    if (list !== null && document.activeElement === document.body) document.getElementById(list)?.focus();
  }, [straps.value]);

  const all = straps.value;
  if (all === null) return <p role="status">{loadFailure.value || texts.loading}</p>;
  const ask = (kind: "forget" | "give" | "guest", strap: Strap) => (question.value = { kind, strap });
  return (
    <>
      <section aria-labelledby="straps">
        <h2 id="straps" tabIndex={-1}>
          {text.straps}
        </h2>
        <p class="failure" role="alert">
          {loadFailure.value}
        </p>
        {all.owned.length === 0 && <p>{text.no_straps}</p>}
        <ul class="rows">
          {all.owned.map((strap) => (
            <li key={strap.address}>
              <StrapName strap={strap} />
              <dl>
                <Figure name={text.owner} value={nameOf(strap.athlete)} />
                <Figure name={text.battery} value={strap.battery_percent === null ? text.unknown : percent(strap.battery_percent / 100)} />
                {strap.connected && strap.signal_dbm !== null && (
                  <Figure name={text.signal} value={<Signal dbm={strap.signal_dbm} />} />
                )}
                <Figure
                  name={text.seen}
                  value={strap.connected ? text.connected : strap.last_seen === null ? text.unknown : dateAndTime(new Date(strap.last_seen))}
                />
              </dl>
              <Button strap={strap} label={text.give} press={() => ask("give", strap)} />
              <Button strap={strap} label={text.forget} press={() => ask("forget", strap)} />
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="strangers">
        <h2 id="strangers" tabIndex={-1}>
          {text.strangers}
        </h2>
        <p class="failure" role="alert">
          {failure.value}
        </p>
        {all.strangers.length === 0 && <p>{text.no_strangers}</p>}
        <ul class="rows">
          {all.strangers.map((strap) => (
            <li key={strap.address}>
              <StrapName strap={strap} />
              <span>
                <Signal dbm={strap.signal_dbm} />{" "}
                <span class="muted">{fill(text.seen_ago, { seconds: Math.round(strap.seen_s) })}</span>
              </span>
              <div class="buttons">
                {household.value.length > 0 && <Button strap={strap} label={text.give} press={() => ask("give", strap)} />}
                <Button strap={strap} label={texts.guest.title} press={() => ask("guest", strap)} />
                <Button strap={strap} label={text.ignore} press={() => void act("strangers", "straps.ignore", { address: strap.address })} />
              </div>
            </li>
          ))}
        </ul>
      </section>
      {all.ignored.length > 0 && (
        <section aria-labelledby="ignored">
          <h2 id="ignored">{text.ignored}</h2>
          <ul class="rows">
            {all.ignored.map((strap) => (
              <li key={strap.address}>
                <StrapName strap={strap} />
                <Button strap={strap} label={text.unignore} press={() => void act("strangers", "straps.unignore", { address: strap.address })} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Dialogue
        question={question.value}
        close={() => (question.value = null)}
        act={act}
        guestAdded={async () => {
          changed.current = "strangers";
          await Promise.all([load(), loadAthletes().catch(() => undefined)]);
        }}
      />
    </>
  );
}

interface DialogueProperties {
  question: Question;
  close: () => void;
  act: (list: string, method: string, params: object) => Promise<void>;
  guestAdded: () => Promise<void>;
}

function Dialogue({ question, close, act, guestAdded }: DialogueProperties) {
  if (question === null) return null;
  const { address } = question.strap;
  const name = displayName(question.strap);
  if (question.kind === "guest") return <GuestForm strap={{ address, name }} close={close} added={guestAdded} />;
  if (question.kind === "forget") {
    return (
      <Choice
        title={fill(text.forget_question, { name })}
        options={[["forget", text.forget_yes]]}
        choose={() => void act("straps", "forget", { address })}
        close={close}
      />
    );
  }
  return (
    <Choice
      title={fill(text.give_question, { name })}
      options={household.value.map((each) => [each.id, each.name.value])}
      choose={(athlete) => void act("straps", "straps.assign", { address, athlete })}
      close={close}
    />
  );
}

function displayName({ name, address }: Strap): string {
  return name ?? address;
}

function StrapName({ strap }: { strap: Strap }) {
  return (
    <span>
      <strong>{strap.name ?? texts.first_use.pair.unnamed}</strong> <span class="muted">{strap.address}</span>
    </span>
  );
}

function Button({ strap, label, press }: { strap: Strap; label: string; press: () => void }) {
  return (
    <button type="button" onClick={press}>
      {label}
      <span class="hidden"> {fill(text.of, { name: displayName(strap) })}</span>
    </button>
  );
}
