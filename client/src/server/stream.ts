// Server-sent events, read with fetch: unlike EventSource it tells the status of a refusal, and that a line is silent.

export interface StreamEvent {
  name: string;
  data: string;
}

/** Calls `take` with each event, and `alive` with whatever arrives, comments too, until the stream ends. */
export async function readStream(
  body: ReadableStream<Uint8Array>,
  take: (event: StreamEvent) => void,
  alive: () => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const parts = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const event = parse(part);
      if (event !== null) take(event);
    }
  }
}

function parse(text: string): StreamEvent | null {
  let name = "message";
  const data: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  return data.length > 0 ? { name, data: data.join("\n") } : null;
}
