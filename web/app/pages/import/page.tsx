/* Import of patents: files are dropped, checked, imported; below, what was imported before. `job` in the address is the
 * check or the import of one file, so that it is found again. */
import { useSearchParams } from "react-router";
import { FileWork } from "./file-work.tsx";
import { Start } from "./start.tsx";

export default function Page() {
  const job = Number(useSearchParams()[0].get("job"));
  return Number.isInteger(job) && job > 0 ? <FileWork key={job} id={job} /> : <Start />;
}
