/* How far a task is that an office issued. */
import { StateTag } from "../../ui/state-tag.tsx";
import { useText } from "../../text/index.ts";
import { isLate, taskTone, type Task } from "./issued-tasks.ts";

export function TaskTag({ of, ground }: { of: Task; ground?: boolean }) {
  const t = useText();
  const state = of.state as keyof typeof taskTone;
  return (
    <StateTag tone={isLate(of) ? "red" : taskTone[state]} ground={ground}>
      {t(isLate(of) ? "tasks.late" : `tasks.${state}`)}
    </StateTag>
  );
}
