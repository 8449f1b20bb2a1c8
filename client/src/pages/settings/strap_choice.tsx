import { useId, useState } from "preact/hooks";

import { texts } from "../../language/language";
import type { AthleteDescription } from "../../server/settings";
import type { AthleteList } from "../../state/athlete_list";

const own = texts.settings.athletes;

/** Gives a strap that is in range, and nobody's, to an athlete. */
export function StrapChoice({ list, athlete }: { list: AthleteList; athlete: AthleteDescription }) {
  const id = useId();
  const [failure, setFailure] = useState("");
  const { strangers } = list.straps.value;
  const [address, setAddress] = useState(strangers[0]?.address ?? "");
  if (strangers.length === 0) return null;
  const give = async () => setFailure(await list.change("straps.assign", { address, athlete: athlete.athlete }));
  return (
    <div class="strap-choice">
      <label for={id}>{own.strap_in_range}</label>
      <div class="control">
        <select id={id} value={address} onChange={(event) => setAddress(event.currentTarget.value)}>
          {strangers.map((each) => (
            <option key={each.address} value={each.address}>
              {each.name ?? each.address}
            </option>
          ))}
        </select>
        <button type="button" class="quiet" onClick={() => void give()}>
          {own.give_strap}
        </button>
      </div>
      <p class="failure" role="alert" lang="en">
        {failure}
      </p>
    </div>
  );
}
