import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { texts } from "../../language/language";
import { GuestForm } from "../../parts/guest_form";
import { AthleteList } from "../../state/athlete_list";
import type { SettingsForm } from "../../state/settings_form";
import { AthleteValuesForm } from "./athlete_form";
import { AthleteRemoval } from "./athlete_removal";
import { AthleteSummary } from "./athlete_summary";
import { StrapChoice } from "./strap_choice";

/** an athlete's id, or "" for a new one */
type Editing = string | null;

/** Who trains here: what their numbers mean, a form for each, new athletes, guests. */
export function Athletes({ form }: { form: SettingsForm }) {
  const list = useMemo(() => new AthleteList(), []);
  const [editing, setEditing] = useState<Editing>(null);
  const [last, setLast] = useState<Editing>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [addsGuest, setAddsGuest] = useState(false);
  useEffect(() => void list.load(), [form.list.value]);
  const edit = (next: string) => {
    setLast(null);
    setEditing(next);
  };
  const close = () => {
    setLast(editing);
    setEditing(null);
  };
  const removed = () => {
    setEditing(null);
    heading.current?.focus();
  };
  const same = { settings: form, list, close };
  return (
    <section class="athletes" aria-labelledby="athletes">
      <h2 id="athletes" ref={heading} tabIndex={-1}>{texts.settings.athletes.title}</h2>
      <p class="help">{texts.settings.athletes.introduction}</p>
      <p class="failure" role="alert">
        {list.failure.value}
      </p>
      <div class="cards">
        {list.athletes.value?.map((athlete) => (
          <article key={athlete.athlete} data-athlete={athlete.athlete}>
            <AthleteSummary athlete={athlete} straps={list.straps.value} />
            {editing === athlete.athlete ? (
              <>
                <StrapChoice list={list} athlete={athlete} />
                <AthleteValuesForm {...same} athlete={athlete} />
                <AthleteRemoval list={list} athlete={athlete} removed={removed} />
              </>
            ) : (
              <EditButton focus={last === athlete.athlete} press={() => edit(athlete.athlete)}>
                {texts.settings.athletes.change}
                <span class="hidden"> {athlete.name}</span>
              </EditButton>
            )}
          </article>
        ))}
      </div>
      {editing === "" ? (
        <article>
          <AthleteValuesForm {...same} athlete={null} />
        </article>
      ) : (
        <p class="buttons">
          <EditButton focus={last === ""} press={() => edit("")}>
            {texts.settings.athletes.add}
          </EditButton>
          <button type="button" aria-haspopup="dialog" onClick={() => setAddsGuest(true)}>
            {texts.settings.athletes.add_guest}
          </button>
        </p>
      )}
      {addsGuest && <GuestForm strap={null} close={() => setAddsGuest(false)} added={() => list.reload()} />}
    </section>
  );
}

interface EditButtonProperties {
  /** whether its form was just closed, whose focus it then gets */
  focus: boolean;
  press: () => void;
  children: ComponentChildren;
}

function EditButton({ focus, press, children }: EditButtonProperties) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (focus) button.current?.focus();
  }, []);
  return (
    <button type="button" ref={button} onClick={press}>
      {children}
    </button>
  );
}
