/* Views of one page as links under a line: each has an address. The count stands after the word. */
import "./tabs.css";
import { Link } from "react-router";
import { Data } from "./data.tsx";

export interface Tab {
  to: string;
  label: string;
  count?: number | null;
  current: boolean;
}

export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav className="tabs no-print" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} replace aria-current={tab.current ? "page" : undefined}>
          <Data text={tab.label} />
          {!!tab.count && <small>{tab.count}</small>}
        </Link>
      ))}
    </nav>
  );
}
