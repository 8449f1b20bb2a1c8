import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { fill, texts } from "../language/language";
import type { SessionDetails } from "../server/history";
import { ZONES } from "../server/payloads";
import { Pinch } from "./pinch";

const MARGIN_BPM = 8;
const LEAST_HEIGHT_BPM = 20;
const LEAST_SPAN_S = 10;
const TICKS_S = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800];

/** Heart rate of a session over the bands of its zones, with ceiling and warnings. A part of it can be enlarged. */
export class SessionPlot {
  private readonly plot: uPlot;
  private readonly resize: ResizeObserver;
  private readonly pinch: Pinch;
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly recolour = () => this.plot.redraw(false, true);
  private readonly times: number[];
  private readonly end: number;
  private index: number | null = null;

  /** `read` gets the index of the point under cursor or finger, or null. */
  constructor(
    private readonly place: HTMLElement,
    private readonly details: SessionDetails,
    private readonly read: (index: number | null) => void,
  ) {
    this.times = details.series.time_s;
    this.end = Math.max(this.times.at(-1) ?? 0, LEAST_SPAN_S);
    this.plot = new uPlot(this.options(), [this.times, details.series.heart_rate], place);
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(place);
    this.pinch = new Pinch(this.plot.over, {
      point: (left) => this.plot.setCursor({ left, top: this.plot.over.clientHeight / 2 }),
      zoom: (factor, left) => this.zoom(factor, this.plot.posToVal(left, "x")),
      move: (pixels) => this.show(...this.shifted(pixels)),
    });
    this.scheme.addEventListener("change", this.recolour);
  }

  /** Enlarge by a factor around a time, or around the cursor. */
  zoom(factor: number, around?: number): void {
    const [from, to] = this.range();
    const middle = around ?? this.timeInRange() ?? (from + to) / 2;
    const span = Math.max((to - from) / factor, LEAST_SPAN_S);
    const share = (middle - from) / (to - from);
    this.show(middle - share * span, middle + (1 - share) * span);
  }

  reset(): void {
    this.show(0, this.end);
  }

  /** Put the cursor on the next point so many hundredths of what is shown away; it comes along. */
  step(hundredths: number): void {
    const [from, to] = this.range();
    if (this.index === null) return this.point(hundredths > 0 ? from : to);
    const target = this.times[this.index]! + ((to - from) * hundredths) / 100;
    const index = this.plot.valToIdx(target);
    const next = index === this.index ? index + Math.sign(hundredths) : index;
    this.point(this.times[Math.min(Math.max(next, 0), this.times.length - 1)]!);
  }

  /** Put the cursor on a time, in s. */
  point(time: number): void {
    const [from, to] = this.range();
    if (time < from) this.show(time, time + to - from);
    if (time > to) this.show(time - (to - from), time);
    this.plot.setCursor({ left: this.plot.valToPos(time, "x"), top: this.plot.over.clientHeight / 2 });
  }

  destroy(): void {
    this.resize.disconnect();
    this.pinch.end();
    this.scheme.removeEventListener("change", this.recolour);
    this.plot.destroy();
  }

  private fit(): void {
    this.plot.setSize(this.size());
    const time = this.timeInRange();
    if (time !== null) this.point(time);
  }

  private range(): [number, number] {
    return [this.plot.scales["x"]!.min ?? 0, this.plot.scales["x"]!.max ?? this.end];
  }

  private shifted(pixels: number): [number, number] {
    const [from, to] = this.range();
    const seconds = (pixels * (to - from)) / this.plot.over.clientWidth;
    return [from - seconds, to - seconds];
  }

  /** Within the session, and not shorter than what can be read. */
  private show(from: number, to: number): void {
    const span = Math.min(to - from, this.end);
    const min = Math.min(Math.max(from, 0), this.end - span);
    this.plot.setScale("x", { min, max: min + span });
  }

  private timeInRange(): number | null {
    const time = this.index === null ? null : this.times[this.index]!;
    const [from, to] = this.range();
    return time === null || time < from || time > to ? null : time;
  }

  private size(): { width: number; height: number } {
    return { width: this.place.clientWidth, height: this.place.clientHeight };
  }

  private colour(name: string): string {
    return getComputedStyle(this.place).getPropertyValue(`--${name.replace("_", "-")}`);
  }

  private options(): uPlot.Options {
    const textPx = 0.75 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const font = `${textPx}px system-ui, sans-serif`;
    const axis = { stroke: () => this.colour("muted"), font, grid: { show: false }, ticks: { show: false } };
    const rates = this.details.series.heart_rate.filter((rate) => rate !== null);
    const ceilings = this.details.ceilings.map((each) => each.heart_rate);
    const low = Math.max(0, Math.min(...rates) - MARGIN_BPM);
    const high = Math.max(...rates, ...ceilings, low + LEAST_HEIGHT_BPM) + MARGIN_BPM;
    return {
      ...this.size(),
      padding: [textPx * 1.2, textPx, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false, dist: 8 }, points: { size: 9 } },
      scales: { x: { time: false, range: (_plot, min, max) => [min, max] }, y: { range: () => [low, high] } },
      axes: [
        {
          ...axis,
          size: textPx * 2,
          splits: (plot, _axis, from, to) => ticks(from, to, Math.max(2, plot.width / (6 * textPx))),
          values: (_plot, times) => times.map((time) => clock(time, times[1]! - times[0]! < 60)),
        },
        { ...axis, size: textPx * 3, space: textPx * 3 },
      ],
      series: [{}, { stroke: () => this.colour("ink"), width: 1.5, points: { show: false } }],
      hooks: {
        drawClear: [(plot) => this.drawBands(plot, textPx)],
        draw: [(plot) => this.drawWarnings(plot, textPx)],
        setCursor: [(plot) => this.take(plot.cursor.idx ?? null)],
        // uPlot itself shows everything at a double click.
      },
    };
  }

  private take(index: number | null): void {
    // A cursor that leaves the plot leaves the last value to be read.
    if (index === null || index === this.index) return;
    this.index = index;
    this.read(index);
  }

  private drawBands(plot: uPlot, textPx: number): void {
    const { ctx, bbox } = plot;
    const bottomPx = bbox.top + bbox.height;
    const heightOf = (rate: number) => Math.min(bottomPx, Math.max(bbox.top, plot.valToPos(rate, "y", true)));
    const font = textPx * devicePixelRatio;
    ctx.save();
    ctx.font = `${font}px system-ui, sans-serif`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const tint = Number(this.colour("tint"));
    ZONES.forEach((zone, number) => {
      const next = ZONES[number + 1];
      const top = next === undefined ? bbox.top : heightOf(this.details.zones[next]);
      const bottom = heightOf(this.details.zones[zone]);
      ctx.globalAlpha = tint;
      ctx.fillStyle = this.colour(zone);
      ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
      ctx.globalAlpha = 1;
      ctx.fillStyle = this.colour("muted");
      if (bottom - top > font) ctx.fillText(texts.zone[zone], bbox.left + 4 * devicePixelRatio, bottom - font * 0.7);
    });
    this.drawCeilings(plot, font);
    ctx.restore();
  }

  private drawCeilings(plot: uPlot, font: number): void {
    const { ctx, bbox } = plot;
    const { ceilings } = this.details;
    const right = bbox.left + bbox.width;
    const inside = (time: number) => Math.min(right, Math.max(bbox.left, plot.valToPos(time, "x", true)));
    ctx.strokeStyle = ctx.fillStyle = this.colour("ink");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.textAlign = "right";
    ceilings.forEach(({ from_s, heart_rate }, number) => {
      const [from, to] = [inside(from_s), inside(ceilings[number + 1]?.from_s ?? this.end)];
      const height = plot.valToPos(heart_rate, "y", true);
      ctx.beginPath();
      ctx.moveTo(from, height);
      ctx.lineTo(to, height);
      ctx.stroke();
      if (to - from < 8 * font) return;
      ctx.fillText(fill(texts.history.ceiling, { rate: Math.round(heart_rate) }), to - font / 3, height - font * 0.7);
    });
    ctx.setLineDash([]);
  }

  /** A line, a triangle at its top, and a bar for as long as the warning lasted. */
  private drawWarnings(plot: uPlot, textPx: number): void {
    const { ctx, bbox } = plot;
    const size = 0.5 * textPx * devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left - size, 0, bbox.width + 2 * size, bbox.top + bbox.height);
    ctx.clip();
    ctx.fillStyle = ctx.strokeStyle = this.colour("alarm");
    ctx.lineWidth = devicePixelRatio;
    for (const { from_s, until_s } of this.details.warnings) {
      const [from, until] = [plot.valToPos(from_s, "x", true), plot.valToPos(until_s, "x", true)];
      ctx.beginPath();
      ctx.moveTo(from - size, bbox.top - 2 * size);
      ctx.lineTo(from + size, bbox.top - 2 * size);
      ctx.lineTo(from, bbox.top);
      ctx.fill();
      ctx.fillRect(from, bbox.top, Math.max(until - from, 2 * devicePixelRatio), size / 2);
      ctx.globalAlpha = 0.6;
      ctx.beginPath();
      ctx.moveTo(from, bbox.top);
      ctx.lineTo(from, bbox.top + bbox.height);
      ctx.stroke();
      ctx.globalAlpha = 1;
    }
    ctx.restore();
  }
}

/** About so many round times within. */
function ticks(from: number, to: number, most: number): number[] {
  const step = TICKS_S.find((each) => (to - from) / each <= most) ?? TICKS_S.at(-1)!;
  const times: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) times.push(time);
  return times;
}

/** h:mm, with seconds where ticks are close */
function clock(time: number, withSeconds: boolean): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  const minutes = `${Math.floor(time / 3600)}:${two((time / 60) % 60)}`;
  return withSeconds ? `${minutes}:${two(time % 60)}` : minutes;
}
