// What is offered once a session was deleted: to undo it, at once or later.

import { useEffect, useRef, useState } from "preact/hooks";

import { localDateTime } from "../language/format";
import { fill, texts } from "../language/language";
import type { DeletedSession } from "../server/history";
import { nameOf } from "../state/athlete_name";
import { justDeleted, restoreSession } from "../state/history";
import { reasonOf } from "../state/reason";

interface Restore {
  failure: string;
  /** how many sessions were restored here */
  count: number;
  restore: (session: string) => Promise<void>;
}

export function useRestore(then: () => void): Restore {
  const [failure, setFailure] = useState("");
  const [count, setCount] = useState(0);
  const restore = async (session: string) => {
    setFailure("");
    try {
      await restoreSession(session);
      setCount((before) => before + 1);
      then();
    } catch (problem) {
      setFailure(fill(texts.failed, { reason: reasonOf(problem) }));
    }
  };
  return { failure, count, restore };
}

/** "Deleted. Undo", and what came of it. */
export function UndoNotice({ restore, count, failure }: Restore) {
  const session = justDeleted.value;
  const button = useRef<HTMLButtonElement>(null);
  const notice = useRef<HTMLParagraphElement>(null);
  useEffect(() => button.current?.focus(), [session]);
  // The button that restored a session has gone with its focus.
  useEffect(() => {
    if (count > 0) notice.current?.focus();
  }, [count]);
  return (
    <>
      <div class="undo">
        <p role="status" ref={notice} tabIndex={-1}>
          {session !== null ? texts.history.deleted : count > 0 ? texts.history.restored : ""}
        </p>
        {session !== null && (
          <button type="button" ref={button} onClick={() => void restore(session)}>
            {texts.control.undo}
          </button>
        )}
      </div>
      <p class="failure" role="alert">
        {failure}
      </p>
    </>
  );
}

export function DeletedList({ sessions, restore }: { sessions: DeletedSession[]; restore: Restore["restore"] }) {
  if (sessions.length === 0) return null;
  return (
    <details class="deleted">
      <summary>{texts.history.restorable}</summary>
      <ul>
        {sessions.map((each) => (
          <li key={each.session}>
            <span>
              {localDateTime(each.start)} · {nameOf(each.athlete)} · {texts.activity[each.activity] ?? each.activity}
              <small class="muted"> {fill(texts.history.restorable_until, { time: localDateTime(each.restorable_until) })}</small>
            </span>
            <button type="button" onClick={() => void restore(each.session)}>
              {texts.history.restore}
              <span class="hidden"> {localDateTime(each.start)}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
