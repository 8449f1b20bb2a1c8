import { fill, texts } from "../language/language";

/** Why something could not be loaded, and a button that tries it again. */
export function LoadFailure({ reason, reload }: { reason: string; reload: () => void }) {
  return (
    <div role="alert" class="failure">
      {reason !== "" && (
        <>
          <p>{fill(texts.failed, { reason })}</p>
          <button type="button" onClick={reload}>
            {texts.history.again}
          </button>
        </>
      )}
    </div>
  );
}
