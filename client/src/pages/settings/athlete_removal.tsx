import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { fill, texts } from "../../language/language";
import type { AthleteDescription } from "../../server/settings";
import type { AthleteList } from "../../state/athlete_list";
import { useBusy } from "../../state/busy";

const words = texts.settings.athletes;

interface AthleteRemovalProperties {
  list: AthleteList;
  athlete: AthleteDescription;
  removed: () => void;
}

/** Removes an athlete once that was confirmed; says how, where only the household's file can. */
export function AthleteRemoval({ list, athlete, removed }: AthleteRemovalProperties) {
  const [asks, setAsks] = useState(false);
  if (athlete.in_file) return <p class="help">{fill(words.remove_in_file, { name: athlete.name })}</p>;
  return (
    <>
      <p class="buttons">
        <button type="button" class="remove" aria-haspopup="dialog" onClick={() => setAsks(true)}>
          {fill(words.remove, { name: athlete.name })}
        </button>
      </p>
      {asks && <RemovalDialog list={list} athlete={athlete} removed={removed} close={() => setAsks(false)} />}
    </>
  );
}

function RemovalDialog({ list, athlete, removed, close }: AthleteRemovalProperties & { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const failure = useSignal("");
  const [busy, run] = useBusy();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const remove = async () => {
    failure.value = await list.change("athletes.remove", { athlete: athlete.athlete });
    if (failure.value !== "") return;
    dialog.current?.close();
    removed();
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={close}>
      <h2 id={heading}>{fill(words.remove_question, { name: athlete.name })}</h2>
      <p>{words.remove_text}</p>
      <p class="failure" role="alert">
        {failure.value}
      </p>
      <button type="button" class="remove" aria-disabled={busy} onClick={() => void run(remove)}>
        {words.remove_now}
      </button>
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        {texts.control.cancel}
      </button>
    </dialog>
  );
}
