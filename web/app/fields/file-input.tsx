/* One file, or several. */
import { Upload, type FileValue } from "./upload.tsx";
import { isMany, type WidgetProps } from "./field.ts";

export function FileInput({ field, value, onChange, id, note, invalid, label }: WidgetProps) {
  const many = isMany(field) || field.type === "files";
  const files = (Array.isArray(value) ? value : value ? [value] : []) as FileValue[];
  return <Upload id={id} label={label ?? field.label} note={note} invalid={invalid} accept={field.accept} many={many} files={files} onChange={(next) => onChange(many ? (next.length ? next : undefined) : next[0])} />;
}
