import { useId, useState } from "preact/hooks";

import { texts } from "../../language/language";
import { Reason } from "../../parts/reason";
import type { AthleteDescription } from "../../server/settings";
import type { AthleteList } from "../../state/athlete_list";
import { useBusy } from "../../state/busy";

const words = texts.settings.athletes;

/** Gives a strap that is in range, and nobody's, to an athlete. */
export function StrapChoice({ list, athlete }: { list: AthleteList; athlete: AthleteDescription }) {
  const id = useId();
  const [failure, setFailure] = useState("");
  const [choice, setChoice] = useState("");
  const [busy, run] = useBusy();
  const { strangers } = list.straps.value;
  const first = strangers[0];
  if (first === undefined) return <FailureText text={failure} />;
  // Straps come and go.
  const address = strangers.some((each) => each.address === choice) ? choice : first.address;
  const give = async () => setFailure(await list.change("straps.assign", { address, athlete: athlete.athlete }));
  return (
    <div class="strap-choice">
      <label for={id}>{words.strap_in_range}</label>
      <div class="control">
        <select id={id} value={address} onChange={(event) => setChoice(event.currentTarget.value)}>
          {strangers.map((each) => (
            <option key={each.address} value={each.address}>
              {each.name ?? each.address}
            </option>
          ))}
        </select>
        <button type="button" class="quiet" aria-disabled={busy} onClick={() => void run(give)}>
          {words.give_strap}
        </button>
      </div>
      <FailureText text={failure} />
    </div>
  );
}

function FailureText({ text }: { text: string }) {
  return (
    <p class="failure" role="alert">
      <Reason text={text} />
    </p>
  );
}
