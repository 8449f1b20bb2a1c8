import { texts } from "../language/language";

/** The heart rate beside a heart that beats with it. */
export function Heart({ rate }: { rate: number | null }) {
  return (
    <p class="heart">
      <svg
        viewBox="0 0 24 24"
        aria-hidden="true"
        class={rate === null ? "" : "beats"}
        ref={(heart) => heart?.style.setProperty("--beat", `${(60 / (rate ?? 60)).toFixed(2)}s`)}
      >
        <path d="M12 21 3.3 12.2a5.6 5.6 0 0 1 8-7.9l.7.7.7-.7a5.6 5.6 0 0 1 8 7.9z" />
      </svg>
      {rate === null ? texts.live.no_signal : `${rate} ${texts.live.bpm}`}
    </p>
  );
}
