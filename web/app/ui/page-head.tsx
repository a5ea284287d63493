/* Head of a page: title with its state, a quiet line below, buttons at the right. */
import "./page-head.css";
import type { ReactNode } from "react";

export function PageHead({ title, tag, line, actions }: { title: ReactNode; tag?: ReactNode; line?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="page-head">
      <div className="page-head-words">
        <h1>
          {title}
          {tag}
        </h1>
        {line && <p>{line}</p>}
      </div>
      {actions && <div className="page-head-actions no-print">{actions}</div>}
    </header>
  );
}
