// Requests to the web process. Every address is relative to the page.

/** The web process refused; `message` is its own, in English. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Raises a TypeError without a connection, a Refusal otherwise. */
export async function get(path: string, signal?: AbortSignal): Promise<Response> {
  return accept(await fetch(path, { cache: "no-store", signal: signal ?? null }));
}

/** Sends a JSON document and returns the answer's. `token` is the session's, against requests from other sites. */
export async function post(path: string, body: object, token: string | null = null): Promise<unknown> {
  const answer = await open(path, body, token);
  return answer.json();
}

/** As `post`, with an answer that may still be on its way. */
export async function open(
  path: string,
  body: object,
  token: string | null,
  signal: AbortSignal | null = null,
): Promise<Response> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token !== null) headers["X-Talkpace-Token"] = token;
  return accept(await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal }));
}

async function accept(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const document = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
  throw new Refusal(answer.status, document?.error?.message ?? "");
}
