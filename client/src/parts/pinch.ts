interface PinchHandlers {
  /** One finger is here, in pixels from the left. */
  point: (x: number) => void;
  /** Two fingers were moved apart by this factor, around this place in pixels from the left. */
  zoom: (factor: number, x: number) => void;
  /** Two fingers were moved together by so many pixels. */
  move: (pixels: number) => void;
}

/** Fingers on an element; up and down still scrolls the page. */
export class Pinch {
  private readonly fingers = new Map<number, number>();
  private readonly listeners = new AbortController();

  constructor(
    private readonly element: HTMLElement,
    private readonly handlers: PinchHandlers,
  ) {
    const options = { signal: this.listeners.signal };
    element.addEventListener("pointerdown", (event) => this.down(event), options);
    element.addEventListener("pointermove", (event) => this.move(event), options);
    for (const name of ["pointerup", "pointercancel"] as const) {
      element.addEventListener(name, (event) => this.fingers.delete(event.pointerId), options);
    }
  }

  end(): void {
    this.listeners.abort();
  }

  private down(event: PointerEvent): void {
    if (event.pointerType === "mouse") return;
    this.fingers.set(event.pointerId, this.x(event));
    if (this.fingers.size === 1) this.handlers.point(this.x(event));
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = this.x(event);
    this.fingers.set(event.pointerId, now);
    if (this.fingers.size === 1) return this.handlers.point(now);
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)![1];
    const [wide, narrow] = [Math.abs(now - other), Math.abs(before - other)];
    this.handlers.move((now - before) / 2);
    if (wide > 10 && narrow > 10) this.handlers.zoom(wide / narrow, (now + other) / 2);
  }

  private x(event: PointerEvent): number {
    return event.clientX - this.element.getBoundingClientRect().left;
  }
}
