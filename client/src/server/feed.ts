// All messages of the daemon: by stream, or by long polls where something on the way holds a stream back.

import type { Message } from "./payloads";
import { get, Refusal } from "./requests";
import { readStream } from "./stream";
import { TimeLimit } from "./time_limit";

/** The web process sends something at once. */
const FIRST_BYTES_MS = 5_000;
/** Where nothing happens, the web process sends a comment every 15 s. */
const SILENCE_MS = 45_000;
const POLL_MS = 30_000;
const RETRY_MS = [500, 1_000, 2_000, 5_000];

/** What goes wrong on the way: no connection, a time limit, a refusal, a page of something between. */
const EXPECTED = [TypeError, DOMException, Refusal, SyntaxError];

export interface FeedListener {
  /** Called before each connection; false where the session has ended. */
  prepare(): Promise<boolean>;
  take(message: Message): void;
  /** Whether the web process is there, and whether the daemon is behind it. */
  connection(web: boolean, daemon: boolean): void;
}

export class Feed {
  private stop: AbortController | null = null;
  private wake: (() => void) | null = null;
  private polls = false;

  constructor(private readonly listener: FeedListener) {}

  get open(): boolean {
    return this.stop !== null;
  }

  start(): void {
    this.close();
    const stop = new AbortController();
    this.stop = stop;
    void this.run(stop.signal);
  }

  close(): void {
    this.stop?.abort();
    this.stop = null;
    this.wake?.();
  }

  /** Try again now, as the network has come back. */
  hurry(): void {
    this.wake?.();
  }

  private async run(stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      try {
        if (!(await this.listener.prepare())) return;
        const succeed = () => (failures = 0);
        await (this.polls ? this.poll(stop, succeed) : this.stream(stop, succeed));
      } catch (error) {
        if (error instanceof NoStream) {
          this.polls = true;
          continue;
        }
        if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
      }
      if (stop.aborted) return;
      this.listener.connection(false, false);
      await this.pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]!);
    }
  }

  private async stream(stop: AbortSignal, succeed: () => void): Promise<void> {
    const limit = new TimeLimit(stop, FIRST_BYTES_MS);
    let started = false;
    try {
      const answer = await get("api/stream", limit.signal);
      await readStream(
        answer.body!,
        ({ name, data }) => this.takeEvent(name, data),
        () => {
          limit.renew(SILENCE_MS);
          if (started) return;
          started = true;
          succeed();
          // An event says so at once where the daemon is not there.
          this.listener.connection(true, true);
        },
      );
    } catch (error) {
      if (!started && limit.signal.aborted && !stop.aborted) throw new NoStream();
      throw error;
    } finally {
      limit.end();
    }
  }

  private takeEvent(name: string, data: string): void {
    const document: unknown = JSON.parse(data);
    if (name === "daemon") this.listener.connection(true, (document as { connected: boolean }).connected);
    else if (name === "state" || name === "event") {
      this.listener.take({ kind: name, ...(document as { topic: string; payload: unknown }) });
    }
  }

  private async poll(stop: AbortSignal, succeed: () => void): Promise<void> {
    let after = 0;
    while (!stop.aborted) {
      const limit = new TimeLimit(stop, POLL_MS);
      try {
        const answer = await get(`api/poll?after=${after}`, limit.signal);
        const news = (await answer.json()) as { next: number; connected: boolean; messages: Message[] };
        after = news.next;
        succeed();
        this.listener.connection(true, news.connected);
        for (const message of news.messages) this.listener.take(message);
      } finally {
        limit.end();
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    await new Promise<void>((resume) => {
      const timer = setTimeout(resume, ms);
      this.wake = () => {
        clearTimeout(timer);
        resume();
      };
    });
    this.wake = null;
  }
}

class NoStream extends Error {}
