interface FieldProperties {
  name: string;
  label: string;
  autocomplete: string;
  readable?: boolean;
}

/** An input with its label; what is written into it shows only where it is `readable`. */
export function Field({ name, label, autocomplete, readable = false }: FieldProperties) {
  const same = { name, autocomplete, autocapitalize: "off", spellcheck: false, required: true } as const;
  return (
    <label>
      {label}
      {readable ? <input type="text" {...same} /> : <input type="password" {...same} />}
    </label>
  );
}
