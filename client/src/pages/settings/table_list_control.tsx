import { fill, texts } from "../../language/language";
import type { ValueSchema } from "../../server/settings";
import { partName } from "./names";
import { ControlName, type ControlProperties, ValueControl } from "./value_control";

type Row = Record<string, unknown>;

/** Rows with a control for each key, such as quiet hours; rows can be added and removed. */
export function TableListControl({ id, items, value, change, disabled, describedBy }: ControlProperties & { items: ValueSchema }) {
  const rows = Array.isArray(value) ? (value as Row[]) : [];
  const keys = Object.entries(items.properties ?? {});
  const put = (number: number, key: string, inner: unknown) =>
    change(rows.map((row, each) => (each === number ? withKey(row, key, inner) : row)));
  return (
    <div class="rows" role="group" id={id} tabIndex={-1} aria-labelledby={`${id}-name`} aria-describedby={describedBy}>
      {rows.map((row, number) => (
        <fieldset key={number} disabled={disabled}>
          <legend>{fill(texts.settings.row, { number: number + 1 })}</legend>
          {keys.map(([key, schema]) => {
            const inner = `${id}.${number}.${key}`;
            return (
              <div key={key} class="part">
                <ControlName id={inner} schema={schema} name={partName(key)} />
                <ValueControl id={inner} schema={schema} value={row[key] ?? null} change={(each) => put(number, key, each)} />
              </div>
            );
          })}
          <button type="button" class="quiet" onClick={() => change(rows.filter((_, each) => each !== number))}>
            {fill(texts.settings.remove_row, { number: number + 1 })}
          </button>
        </fieldset>
      ))}
      <button type="button" class="quiet" disabled={disabled} onClick={() => change([...rows, newRow(items)])}>
        {texts.settings.add_row}
      </button>
    </div>
  );
}

function withKey(row: Row, key: string, value: unknown): Row {
  const { [key]: _, ...others } = row;
  const empty = value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return empty ? others : { ...others, [key]: value };
}

function newRow(items: ValueSchema): Row {
  const required = Object.entries(items.properties ?? {}).filter(([key]) => items.required?.includes(key));
  return Object.fromEntries(required.map(([key, schema]) => [key, schema.enum?.[0] ?? ""]));
}
