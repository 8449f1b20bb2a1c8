import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { percent, timeOfDay } from "../language/format";
import { texts } from "../language/language";
import { ZONES, type Session, type Zone } from "../server/payloads";
import type { Trace } from "../state/trace";

const LOWEST = 0.35;
const HIGHEST = 1;

/** A line of effort over the bands of the zones, with the ceiling; it fills its place. */
export class EffortPlot {
  private readonly plot: uPlot;
  private readonly resize: ResizeObserver;
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly recolour = () => this.plot.redraw(false, true);
  private session: Session | null = null;

  constructor(
    private readonly place: HTMLElement,
    private readonly trace: Trace,
  ) {
    this.plot = new uPlot(this.options(), this.data(), place);
    this.resize = new ResizeObserver(() => this.plot.setSize(this.size()));
    this.resize.observe(place);
    this.scheme.addEventListener("change", this.recolour);
  }

  /** Draw what the trace has now; the session, or the next one, has the zones and the ceiling. */
  draw(session: Session | null): void {
    this.session = session;
    this.plot.setData(this.data());
  }

  destroy(): void {
    this.resize.disconnect();
    this.scheme.removeEventListener("change", this.recolour);
    this.plot.destroy();
  }

  private data(): uPlot.AlignedData {
    return [this.trace.times, this.trace.efforts];
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
    return {
      ...this.size(),
      padding: [textPx / 2, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { range: () => this.window() },
        y: { range: (_plot, low, high) => [Math.min(LOWEST, low ?? 1), Math.max(HIGHEST, high ?? 0)] },
      },
      axes: [
        {
          ...axis,
          size: textPx * 1.8,
          splits: (plot, _axis, from, to) => ticks(from, to, stepS(to - from, plot.width / textPx)),
          values: (_plot, times) => times.map((time) => timeOfDay(new Date(time * 1000))),
        },
        {
          ...axis,
          size: textPx * 3.8,
          splits: () => this.zones().flatMap(({ from }) => (from > 0 ? [from] : [])),
          values: (_plot, efforts) => efforts.map(percent),
        },
      ],
      series: [{}, { stroke: () => this.colour("ink"), width: 2, points: { show: false } }],
      hooks: { drawClear: [(plot) => this.drawBands(plot, font)] },
    };
  }

  private window(): [from: number, to: number] {
    const now = Date.now() / 1000;
    return [now - this.trace.seconds(now), now];
  }

  /** The zones with the efforts at which they begin; none before the daemon has told them. */
  private zones(): { zone: Zone; from: number }[] {
    return ZONES.flatMap((zone) => {
      const from = this.session?.zones_from[zone];
      return from === undefined ? [] : [{ zone, from }];
    });
  }

  private drawBands(plot: uPlot, font: string): void {
    const { ctx, bbox } = plot;
    const bottomPx = bbox.top + bbox.height;
    const heightOf = (effort: number) =>
      Math.min(bottomPx, Math.max(bbox.top, plot.valToPos(effort, "y", true)));
    ctx.save();
    ctx.font = font.replace(/^[\d.]+/, (size) => String(parseFloat(size) * devicePixelRatio));
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const tint = Number(this.colour("tint"));
    this.zones().forEach(({ zone, from }, number, zones) => {
      const next = zones[number + 1];
      const top = next === undefined ? bbox.top : heightOf(next.from);
      const bottom = heightOf(from);
      ctx.globalAlpha = tint;
      ctx.fillStyle = this.colour(zone);
      ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
      ctx.globalAlpha = 1;
      ctx.fillStyle = this.colour("muted");
      if (bottom - top > parseFloat(ctx.font)) {
        ctx.fillText(texts.zone[zone], bbox.left + 4 * devicePixelRatio, (top + bottom) / 2);
      }
    });
    if (this.session !== null) {
      const height = heightOf(this.session.ceiling);
      ctx.strokeStyle = this.colour("ink");
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, height);
      ctx.lineTo(bbox.left + bbox.width, height);
      ctx.stroke();
    }
    ctx.restore();
  }
}

/** How far apart ticks are: their texts, of some 4 em each, must not touch. */
function stepS(seconds: number, widthEm: number): number {
  return [60, 120].find((step) => (widthEm * step) / seconds >= 4.8) ?? 300;
}

/** Whole minutes, so many seconds apart, that are not too near the ends for their text. */
function ticks(from: number, to: number, stepS: number): number[] {
  const times: number[] = [];
  for (let time = Math.ceil(from / stepS) * stepS; time <= to; time += stepS) {
    if (time - from > stepS / 4 && to - time > stepS / 4) times.push(time);
  }
  return times;
}
