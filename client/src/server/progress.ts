// Calls whose progress is shown: the answer is a stream with a line of JSON for each notification, and one for the result.

import { open } from "./requests";

export interface Notification {
  method: string;
  params: unknown;
}

export interface LastLine {
  result?: unknown;
  error?: { message: string };
}

/** Calls `take` with each notification; ends the daemon's work where `stop` aborts. Raises what `open` raises. */
export async function postForProgress(
  path: string,
  body: object,
  token: string | null,
  take: (notification: Notification) => void,
  stop: AbortSignal,
): Promise<LastLine> {
  const answer = await open(path, body, token, stop);
  const reader = answer.body!.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const document = JSON.parse(line) as LastLine & { notification?: Notification };
      if (document.notification === undefined) return document;
      take(document.notification);
    }
    if (done) throw new TypeError("the answer ended before its result");
  }
}
