// Everybody's straps, strangers in range, and those that are ignored, with what can be done about each.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { dateAndTime } from "../language/format";
import { fill, texts } from "../language/language";
import type { Straps } from "../server/setup_payloads";
import { call, explain } from "../state/calls";
import { connection } from "../state/connection";
import { household, loadAthletes } from "../state/household";
import { Choice } from "./choice";
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
  const question = useSignal<Question>(null);
  const load = async () => {
    straps.value = await call<Straps>("straps.list");
  };
  const attempt = async (act: () => Promise<unknown>) => {
    failure.value = "";
    try {
      await act();
    } catch (error) {
      failure.value = explain(error);
    }
  };
  const act = (method: string, params: object) =>
    attempt(async () => {
      await call(method, params);
      await load();
    });
  useEffect(() => {
    if (connection.value !== "connected") return;
    void attempt(load);
    const timer = setInterval(() => {
      if (!document.hidden) void attempt(load);
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [connection.value]);

  const all = straps.value;
  if (all === null) return <p class="failure">{failure.value}</p>;
  const ask = (kind: "forget" | "give" | "guest", strap: Strap) => (question.value = { kind, strap });
  const nameOf = (athlete: string) => household.value.find(({ id }) => id === athlete)?.name.value ?? athlete;
  return (
    <>
      <section aria-labelledby="straps">
        <h2 id="straps">{text.straps}</h2>
        <p class="failure" role="alert">
          {failure.value}
        </p>
        {all.owned.length === 0 && <p>{text.no_straps}</p>}
        <ul class="rows">
          {all.owned.map((strap) => (
            <li key={strap.address}>
              <StrapName strap={strap} />
              <dl>
                <Fact name={text.owner}>{nameOf(strap.athlete)}</Fact>
                <Fact name={text.battery}>{strap.battery_percent === null ? text.unknown : `${strap.battery_percent} %`}</Fact>
                {strap.connected && strap.signal_dbm !== null && (
                  <Fact name={text.signal}>
                    <Signal dbm={strap.signal_dbm} />
                  </Fact>
                )}
                <Fact name={text.seen}>
                  {strap.connected ? text.connected : strap.last_seen === null ? text.unknown : dateAndTime(new Date(strap.last_seen))}
                </Fact>
              </dl>
              <Button strap={strap} label={text.give} press={() => ask("give", strap)} />
              <Button strap={strap} label={text.forget} press={() => ask("forget", strap)} />
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="strangers">
        <h2 id="strangers">{text.strangers}</h2>
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
                <Button strap={strap} label={text.guest} press={() => ask("guest", strap)} />
                <Button strap={strap} label={text.ignore} press={() => void act("straps.ignore", { address: strap.address })} />
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
                <Button strap={strap} label={text.unignore} press={() => void act("straps.unignore", { address: strap.address })} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Dialogue
        question={question.value}
        close={() => (question.value = null)}
        act={act}
        guestAdded={() => attempt(async () => Promise.all([load(), loadAthletes()]))}
      />
    </>
  );
}

interface DialogueProperties {
  question: Question;
  close: () => void;
  act: (method: string, params: object) => Promise<void>;
  guestAdded: () => Promise<void>;
}

function Dialogue({ question, close, act, guestAdded }: DialogueProperties) {
  if (question === null) return null;
  const { address } = question.strap;
  const name = displayName(question.strap);
  if (question.kind === "guest") return <GuestForm strap={address} name={name} close={close} added={guestAdded} />;
  if (question.kind === "forget") {
    return (
      <Choice
        title={fill(text.forget_question, { name })}
        options={[["forget", text.forget_yes]]}
        choose={() => void act("forget", { address })}
        close={close}
      />
    );
  }
  return (
    <Choice
      title={fill(text.give_question, { name })}
      options={household.value.map(({ id, name: own }) => [id, own.value])}
      choose={(athlete) => void act("straps.assign", { address, athlete })}
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

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
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
