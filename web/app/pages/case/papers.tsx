/* The papers of a case: those that are owed, each with its verb; issued ones as they look. */
import { CasePapers } from "../../rooms/paper/papers.tsx";
import type { TabProps } from "./tabs.ts";

export default function Papers({ of }: TabProps) {
  return <CasePapers caseId={of.id} />;
}
