import { texts } from "../../language/language";
import type { ValueSchema } from "../../server/settings";
import { TableListControl } from "./table_list_control";
import { TextControl } from "./text_control";
import { listFormat, numberFormat, plainFormat } from "./text_format";
import { unitName, valueName } from "./names";

export interface ControlProperties {
  id: string;
  schema: ValueSchema;
  unit?: string | null;
  value: unknown;
  /** null takes the value away */
  change: (value: unknown) => void;
  /** ids of help and error */
  describedBy?: string | undefined;
  invalid?: boolean;
  disabled?: boolean;
}

/** The name above a control: a label, but for several controls, and where there is none. */
export function ControlName({ id, schema, name }: { id: string; schema: ValueSchema | null; name: string }) {
  if (schema !== null && !isTableList(schema)) return <label for={id}>{name}</label>;
  return (
    <p class="name" id={`${id}-name`}>
      {name}
    </p>
  );
}

function isTableList(schema: ValueSchema): schema is ValueSchema & { items: ValueSchema } {
  return schema.type === "array" && schema.items?.type === "object";
}

/** The control that fits a value's type; its name is a `ControlName`. */
export function ValueControl(properties: ControlProperties) {
  const { id, schema, unit, value, change, describedBy, invalid, disabled } = properties;
  const same = { id, disabled, "aria-describedby": describedBy, "aria-invalid": invalid ? true : undefined } as const;
  if (schema.type === "boolean")
    return (
      <input
        {...same}
        type="checkbox"
        role="switch"
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  if (schema.enum !== undefined)
    return (
      <select {...same} value={String(value ?? "")} onChange={(event) => change(event.currentTarget.value || null)}>
        {schema.nullable && <option value="">{texts.settings.not_set}</option>}
        {schema.enum.map((each) => (
          <option key={each} value={each}>
            {valueName(each)}
          </option>
        ))}
      </select>
    );
  if (isTableList(schema)) return <TableListControl {...properties} items={schema.items} />;
  if (schema.format === "time")
    return (
      <input
        {...same}
        type="time"
        value={typeof value === "string" ? value.slice(0, 5) : ""}
        onInput={(event) => change(event.currentTarget.value)}
      />
    );
  if (schema.type === "array") return <TextControl {...same} format={listFormat(schema.items?.type !== "string")} value={value} change={change} />;
  if (schema.type === "number" || schema.type === "integer")
    return (
      <span class="with-unit">
        <TextControl {...same} inputMode="decimal" format={numberFormat(unit === "fraction")} value={value} change={change} />
        {unit && <span class="unit">{unitName(unit)}</span>}
      </span>
    );
  return <TextControl {...same} format={plainFormat} value={value} change={change} />;
}
