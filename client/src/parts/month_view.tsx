import { useEffect } from "preact/hooks";

import { duration, localDateTime, monthName } from "../language/format";
import { fill, texts } from "../language/language";
import { loadMonth, type Month, type SessionOverview } from "../server/history";
import { nameOf } from "../state/athlete_name";
import { justDeleted, query } from "../state/history";
import { useLoading } from "../state/loading";
import { DeletedList, UndoNotice, useRestore } from "./deletion";
import { Figure } from "./figure";
import { LoadFailure } from "./load_failure";

/** The sessions of a month, with filters, and buttons to the months around it. */
export function MonthView() {
  const { value, failure, reload } = useLoading(() => loadMonth(query.value), JSON.stringify(query.value));
  const restoring = useRestore(reload);
  useEffect(() => () => void (justDeleted.value = null), []);
  return (
    <div class="history">
      <UndoNotice {...restoring} />
      <LoadFailure reason={failure} reload={reload} />
      {value === null ? (
        failure === "" && <p class="empty">{texts.loading}</p>
      ) : (
        <>
          <Filters month={value} />
          <MonthButtons month={value} />
          <SessionList month={value} />
          <DeletedList sessions={value.deleted} restore={restoring.restore} />
        </>
      )}
    </div>
  );
}

function Filters({ month }: { month: Month }) {
  // The newest month with such sessions comes with them.
  const choose = (change: Partial<typeof query.value>) => (query.value = { ...query.value, month: "", ...change });
  return (
    <div class="filters">
      {(month.athletes.length > 1 || query.value.athlete !== "") && (
        <label>
          {texts.history.athlete}
          <select value={query.value.athlete} onChange={(event) => choose({ athlete: event.currentTarget.value })}>
            <option value="">{texts.live.everybody}</option>
            {month.athletes.map((athlete) => (
              <option key={athlete} value={athlete}>
                {nameOf(athlete)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {texts.history.activity}
        <select value={query.value.activity} onChange={(event) => choose({ activity: event.currentTarget.value })}>
          <option value="">{texts.history.all_activities}</option>
          {withChoice(month.activities, query.value.activity).map((activity) => (
            <option key={activity} value={activity}>
              {activityName(activity)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function MonthButtons({ month: { month, months } }: { month: Month }) {
  if (month === null) return null;
  const names = months.map((each) => each.month);
  const earlier = names.filter((each) => each < month).at(-1);
  const later = names.find((each) => each > month);
  const count = months.find((each) => each.month === month)?.sessions ?? 0;
  const go = (to: string | undefined) => {
    if (to !== undefined) query.value = { ...query.value, month: to };
  };
  // A button that is disabled would lose the focus.
  return (
    <div class="months">
      <button type="button" aria-disabled={earlier === undefined} onClick={() => go(earlier)}>
        <span aria-hidden="true">←</span> <span class="name">{earlier === undefined ? "" : monthName(earlier)}</span>
        <span class="hidden"> {texts.history.earlier}</span>
      </button>
      <div role="status">
        <h2>{monthName(month)}</h2>
        <p class="muted">{fill(texts.history.count, { count })}</p>
      </div>
      <button type="button" aria-disabled={later === undefined} onClick={() => go(later)}>
        <span class="hidden">{texts.history.later} </span>
        <span class="name">{later === undefined ? "" : monthName(later)}</span> <span aria-hidden="true">→</span>
      </button>
    </div>
  );
}

function SessionList({ month: { month, sessions } }: { month: Month }) {
  if (sessions.length === 0) {
    return <p class="empty">{month === null ? texts.history.nothing : texts.history.nothing_in_month}</p>;
  }
  const several = new Set(sessions.map((each) => each.athlete)).size > 1;
  return (
    <ul class="sessions">
      {sessions.map((each) => (
        <SessionLine key={each.session} session={each} named={several} />
      ))}
    </ul>
  );
}

function SessionLine({ session, named }: { session: SessionOverview; named: boolean }) {
  const { figures } = session;
  return (
    <li>
      <h3>
        <a href={`#history/${session.session}`}>{localDateTime(session.start)}</a>
      </h3>
      <p>
        {named && <strong>{nameOf(session.athlete)} · </strong>}
        {activityName(session.activity)}
        {session.active && <span class="muted"> · {texts.history.active}</span>}
        {session.discarded && <span class="muted"> · {texts.history.short}</span>}
      </p>
      {figures !== null && (
        <dl>
          <Figure name={texts.history.duration} value={duration(figures.duration_s)} />
          <Figure name={texts.live.talking_pace} value={duration(figures.conversational_s)} />
          <Figure
            name={texts.history.mean_max}
            value={`${Math.round(figures.mean)} / ${figures.max} ${texts.live.bpm}`}
          />
          <Figure name={texts.history.warnings} value={figures.warnings} />
        </dl>
      )}
    </li>
  );
}

export function activityName(activity: string): string {
  return (texts.activity as Record<string, string>)[activity] ?? activity;
}

function withChoice(names: string[], chosen: string): string[] {
  return chosen === "" || names.includes(chosen) ? names : [...names, chosen];
}
