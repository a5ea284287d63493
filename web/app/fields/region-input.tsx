/* A place in China, picked by name or code from the server's list; its value is the code of GB/T 2260. */
import "./text-input.css";
import { TextInput, type TextInputProps } from "./text-input.tsx";
import { useText } from "../text/index.ts";

/* TEMPORARY until GET /regions is there. */
export function RegionInput(props: TextInputProps) {
  const t = useText();
  return <TextInput {...props} inputMode="numeric" hint={t("signin.region.code.hint")} />;
}
