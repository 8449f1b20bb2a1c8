/** The efforts of the last minutes, in the form that uPlot draws: null is a gap. */
export class Trace {
  static readonly SECONDS = 600;

  readonly times: number[] = [];
  readonly efforts: (number | null)[] = [];
  private readonly rates: (number | null)[] = [];

  /** `time` in seconds. */
  add(time: number, rate: number | null, effort: number | null): void {
    this.times.push(time);
    this.efforts.push(effort);
    this.rates.push(rate);
    while (this.times[0]! < time - Trace.SECONDS) {
      this.times.shift();
      this.efforts.shift();
      this.rates.shift();
    }
  }

  /** The lowest and the highest heart rate, or null without any. */
  range(): [number, number] | null {
    const rates = this.rates.filter((rate) => rate !== null);
    return rates.length > 0 ? [Math.min(...rates), Math.max(...rates)] : null;
  }
}
