/* The frame of pages that need no session: signing in, setting up. */
import "./entry.css";
import { Suspense, type ReactNode } from "react";
import { Outlet } from "react-router";
import { useText } from "../../text/index.ts";
import { Brand, LanguageSwitch } from "./brand.tsx";
import { Waiting } from "../../ui/states.tsx";

export function Entry() {
  const t = useText();
  return (
    <div className="entry">
      <header className="entry-head">
        <Brand href="./" label={t("signin.toPortal")} />
        <LanguageSwitch />
      </header>
      <main id="main" className="entry-main">
        <Suspense fallback={<Waiting rows={4} />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

/* A narrow sheet with a heading. */
export function Sheet({ title, line, children }: { title: string; line?: ReactNode; children: ReactNode }) {
  return (
    <section className="sheet">
      <h1>{title}</h1>
      {line && <p className="sheet-line">{line}</p>}
      {children}
    </section>
  );
}
