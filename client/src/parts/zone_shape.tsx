import type { Zone } from "../server/payloads";

const PATHS: Record<Zone, string> = {
  easy: "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20zm0 4.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11z",
  conversational: "M3 3H21V21H3z",
  hard: "M12 2L23 22H1z",
  very_hard: "M12 1L22 12H2zM12 12L22 23H2z",
};
const NO_SIGNAL = "M2 10H9V14H2zM15 10H22V14H15z";

/** A ring, a square, a triangle, two triangles: the zone, for those to whom its colour says nothing. */
export function ZoneShape({ zone }: { zone: Zone | null }) {
  return (
    <svg class="shape" viewBox="0 0 24 24" aria-hidden="true" data-shape={zone ?? "none"}>
      <path d={zone === null ? NO_SIGNAL : PATHS[zone]} />
    </svg>
  );
}
