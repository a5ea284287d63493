/* The frame of the portal: head, page, foot. */
import "../shell/brand.css";
import { useEffect, useRef, useState } from "react";
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useRouteError } from "react-router";
import { base } from "../../api/client.ts";
import { useConnection } from "../../api/connection.ts";
import { queries } from "../../api/query.ts";
import { setLanguage, useLanguage, useText } from "../../text/index.ts";
import { Failure, isMissing, NotFound } from "./parts.tsx";
import { useSignedIn } from "./data.ts";

function Brand() {
  const t = useText();
  return (
    <Link to="/" className="brand">
      <span className="brand-sign" lang="zh-CN" aria-hidden="true">
        知
      </span>
      <span lang="zh-CN">知运</span>
      <span className="brand-line">{t("portal.tagline")}</span>
    </Link>
  );
}

function Languages() {
  const language = useLanguage();
  return (
    <div className="languages">
      {language === "zh" ? <span lang="zh-CN">中文</span> : <LanguageButton to="zh">中文</LanguageButton>}
      <span aria-hidden="true">|</span>
      {language === "en" ? <span lang="en">EN</span> : <LanguageButton to="en">EN</LanguageButton>}
    </div>
  );
}

function LanguageButton({ to, children }: { to: "zh" | "en"; children: string }) {
  return (
    <button type="button" className="link" lang={to === "zh" ? "zh-CN" : "en"} onClick={() => void setLanguage(to)}>
      {children}
    </button>
  );
}

function Menu({ close }: { close: () => void }) {
  const t = useText();
  return (
    <ul onClick={close}>
      <li>
        <NavLink to="/publicity">{t("portal.nav.publicity")}</NavLink>
      </li>
      <li>
        <NavLink to="/centres">{t("portal.nav.centres")}</NavLink>
      </li>
      <li>
        <NavLink to="/market">{t("portal.nav.market")}</NavLink>
      </li>
      <li>
        <NavLink to="/services">{t("portal.nav.services")}</NavLink>
      </li>
      <li>
        <NavLink to="/policies">{t("policies.title")}</NavLink>
      </li>
      <li>
        <NavLink to="/cert">{t("portal.nav.check")}</NavLink>
      </li>
      <li>
        <NavLink to="/verify">{t("receipt.menu")}</NavLink>
      </li>
    </ul>
  );
}

function Head() {
  const t = useText();
  const signedIn = useSignedIn();
  const [open, setOpen] = useState(false);
  return (
    <header className="head">
      <div className="column">
        <Brand />
        <nav id="portal-menu" className={open ? "menu open" : "menu"} aria-label={t("portal.menu")}>
          <Menu close={() => setOpen(false)} />
        </nav>
        <Languages />
        {signedIn.data ? (
          <a className="button" href={`${base}/w/`}>
            {t("portal.workbench")}
          </a>
        ) : (
          <a className="button" href={`${base}/w/login`}>
            {t("portal.signin")}
          </a>
        )}
        <button
          type="button"
          className="menu-button"
          aria-expanded={open}
          aria-controls="portal-menu"
          aria-label={t("portal.menu")}
          onClick={() => setOpen(!open)}
        >
          <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path d="M2 4h16M2 10h16M2 16h16" stroke="currentColor" strokeWidth="2" />
          </svg>
        </button>
      </div>
    </header>
  );
}

/* Queries go on trying; any that is answered takes the bar away. */
function OfflineBar() {
  const t = useText();
  const { offlineSince } = useConnection();
  return <div role="status">{offlineSince > 0 && <p className="offline">{t("common.offline")}</p>}</div>;
}

/* A reader of the screen hears the new page; the focus is at its begin. */
function useNewPage() {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [pathname]);
  return main;
}

export function PortalShell() {
  const t = useText();
  const main = useNewPage();
  const { key } = useLocation();
  return (
    <div className="portal">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t("portal.skip")}
      </a>
      <Head />
      <OfflineBar />
      <main id="main" ref={main} tabIndex={-1} data-location={key}>
        <Outlet />
      </main>
      <footer className="foot">
        <div className="column">
          <p>{t("portal.foot")}</p>
          <ul>
            <li>
              <NavLink to="/typical">{t("portal.typical")}</NavLink>
            </li>
            <li>
              <NavLink to="/objection">{t("portal.object.page")}</NavLink>
            </li>
            <li>
              <NavLink to="/cert">{t("portal.nav.check")}</NavLink>
            </li>
            <li>
              <NavLink to="/help">{t("help.title")}</NavLink>
            </li>
            <li>
              <a href={`${base}/w/login`}>{t("portal.foot.signin")}</a>
            </li>
            <li>
              <a href={`${base}/api/v1/openapi.json`}>{t("portal.foot.api")}</a>
            </li>
          </ul>
        </div>
      </footer>
      <ScrollRestoration />
    </div>
  );
}

export { NotFound as PortalNotFound };

/* A page that cannot be shown: what it asked for is not there, or its code has a fault. */
export function PortalError() {
  const error = useRouteError();
  if (isMissing(error)) return <NotFound />;
  return (
    <div className="column page">
      <Failure
        error={error instanceof Error ? error : new Error(String(error))}
        retry={() => {
          queries.clear();
          location.reload();
        }}
      />
    </div>
  );
}
