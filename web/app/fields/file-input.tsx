/* One file, or several. */
import { Upload, type FileValue } from "./upload.tsx";
import { isMany, manyOf, type WidgetProps } from "./field.ts";

export function FileInput({ field, value, onChange, id, note, invalid, label }: WidgetProps) {
  const many = isMany(field) || field.type === "files";
  return <Upload id={id} label={label ?? field.label} note={note} invalid={invalid} accept={field.accept} sealed={field.secrecy === "secret"} many={many} files={manyOf<FileValue>(value)} onChange={(next) => onChange(many ? (next.length ? next : undefined) : next[0])} />;
}
