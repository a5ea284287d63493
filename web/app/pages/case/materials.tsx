import { MaterialsTab } from "./case-form-tabs.tsx";
import type { TabProps } from "./tabs.ts";

export default function Materials({ of }: TabProps) {
  return <MaterialsTab id={of.id} />;
}
