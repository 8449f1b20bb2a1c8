/** Aborts its signal after a while, or together with another signal. */
export class TimeLimit {
  private readonly controller = new AbortController();
  private readonly abort = () => this.controller.abort();
  private timer: number;

  constructor(
    private readonly other: AbortSignal | null,
    ms: number,
  ) {
    this.timer = window.setTimeout(this.abort, ms);
    other?.addEventListener("abort", this.abort);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  renew(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(this.abort, ms);
  }

  end(): void {
    clearTimeout(this.timer);
    this.other?.removeEventListener("abort", this.abort);
  }
}
