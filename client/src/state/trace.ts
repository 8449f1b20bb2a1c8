import { signal } from "@preact/signals";

/** Seconds since 1970, heart rate, effort; null is a gap. */
export type Point = readonly [time: number, rate: number | null, effort: number | null];

/** The efforts of the last minutes, in the form that uPlot draws: null is a gap. */
export class Trace {
  static readonly SECONDS = 600;
  static readonly FEWEST_SECONDS = 120;

  readonly times: number[] = [];
  readonly efforts: (number | null)[] = [];
  /** how often it was filled, for who draws it */
  readonly fills = signal(0);
  private readonly rates: (number | null)[] = [];

  /** Add a value that is newer than all others. */
  add(...[time, rate, effort]: Point): void {
    this.times.push(time);
    this.efforts.push(effort);
    this.rates.push(rate);
    while (this.times[0]! < time - Trace.SECONDS) {
      this.times.shift();
      this.efforts.shift();
      this.rates.shift();
    }
  }

  /** How many seconds to draw: what there is, but not so few that a minute fills the plot. */
  seconds(now: number): number {
    const first = this.times[this.rates.findIndex((rate) => rate !== null)] ?? now;
    return Math.min(Math.max(now - first, Trace.FEWEST_SECONDS), Trace.SECONDS);
  }

  /** Take these points, which ascend, in place of those of the same time. */
  fill(points: Point[]): void {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return;
    const own = this.times.map((time, index): Point => [time, this.rates[index]!, this.efforts[index]!]);
    const before = own.filter(([time]) => time < first[0]);
    const after = own.filter(([time]) => time > last[0]);
    this.times.length = this.rates.length = this.efforts.length = 0;
    for (const point of [...before, ...points, ...after]) this.add(...point);
    this.fills.value++;
  }

  /** The lowest and the highest heart rate, or null without any. */
  range(): [number, number] | null {
    const rates = this.rates.filter((rate) => rate !== null);
    return rates.length > 0 ? [Math.min(...rates), Math.max(...rates)] : null;
  }
}
