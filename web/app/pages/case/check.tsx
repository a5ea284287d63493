import { CheckTab } from "./case-form-tabs.tsx";
import type { TabProps } from "./tabs.ts";

export default function Check({ of }: TabProps) {
  return <CheckTab id={of.id} />;
}
