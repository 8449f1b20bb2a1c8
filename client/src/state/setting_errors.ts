// The daemon's reasons, each beside the field that it is about.

/** `general` belongs to no field. */
export interface FieldErrors {
  fields: Record<string, string>;
  general: string;
}

export const NO_ERRORS: FieldErrors = { fields: {}, general: "" };

/** Each line of the daemon names a key, or a table, or an item of a list; `keys` are those that were sent. */
export function placeErrors(message: string, keys: string[]): FieldErrors {
  const fields: Record<string, string> = {};
  const general: string[] = [];
  for (const line of message.split("\n")) {
    const [, key, reason] = /(?:^|.*?: )([a-z_]+(?:\.[\w-]+)*): (.*)$/.exec(line) ?? [];
    const place = key === undefined ? undefined : find(key, keys);
    if (place === undefined) general.push(line);
    else fields[place] = [fields[place], reason].filter(Boolean).join("; ");
  }
  return { fields, general: general.join("\n") };
}

function find(key: string, keys: string[]): string | undefined {
  return (
    keys.find((each) => each === key) ??
    keys.find((each) => key.startsWith(`${each}.`)) ??
    keys.find((each) => each.startsWith(`${key}.`))
  );
}
