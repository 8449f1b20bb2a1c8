import { useId } from "preact/hooks";

interface MeterProperties {
  label: string;
  value: number;
  most: number;
  text: string;
}

/** How much of an aim is reached. */
export function Meter({ label, value, most, text }: MeterProperties) {
  const id = useId();
  return (
    <div class="meter">
      <label for={id}>{label}</label>
      <output for={id}>{text}</output>
      <progress id={id} value={Math.min(value, most)} max={Math.max(most, 1)} />
    </div>
  );
}
