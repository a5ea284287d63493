/* The frame of the workbench: top bar, menu by role, page, and what may come over a page: bars for a lost
 * connection and a newer program, the dialog that renews a session, the list of keys. */
import "./shell.css";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Tooltip } from "../../ui/ant.ts";
import { createContext, lazy, Suspense, useContext, useEffect, useState, type ReactNode } from "react";
import { Navigate, NavLink, Outlet, useLocation, useNavigate, useNavigation, ScrollRestoration } from "react-router";
import { loadPart } from "../../api/connection.ts";
import { serverNow } from "../../api/server-time.ts";
import { onOtherTab, refreshSession, signOut, useSession, type Session } from "../../api/session.ts";
import { groups, type Group, type Route } from "./route.ts";
import type { PageRoute } from "./routes.ts";
import { useText } from "../../text/index.ts";
import { Bars } from "../../ui/bars.tsx";
import { Brand, LanguageSwitch } from "./brand.tsx";
import { clearDrafts } from "../../ui/draft.ts";
import { Icon } from "../../ui/icons.tsx";
import { helpOf } from "./help.ts";
import { useKeys } from "../../ui/keys.ts";
import { useLive } from "./live.ts";
import { SearchBox } from "./search-box.tsx";
import { SignInAgain } from "./sign-in-again.tsx";
import { Waiting } from "../../ui/states.tsx";
import { useMatch } from "../../ui/match.ts";
import { stored, store } from "../../ui/stored.ts";
import { clock, day, weekday } from "../../ui/time.ts";

const HelpSheet = lazy(() => loadPart(() => import("./help-sheet.tsx")));

const NARROW = "(max-width: 999px)";
const FOLDED = "zhiyun.menu";
const DENSITY = "zhiyun.density";
const densities = ["wide", "middle", "tight"] as const;

const Folding = createContext<(asks: boolean) => void>(() => {});

/* A page with three panes or a preview calls this: the menu is a rail of icons while the page is shown,
 * unless its reader has unfolded it. */
export function useFoldedMenu(): void {
  const ask = useContext(Folding);
  useEffect(() => {
    ask(true);
    return () => ask(false);
  }, [ask]);
}

/* Whether an entry of the menu is this person's. Who only administers has no business of the offices (GB/T 22239: three administrators). */
function mayOpen(route: Route, session: Session): boolean {
  const roles = session.roles.map(({ role }) => role).filter((role) => role !== "public");
  if (route.roles) return roles.some((role) => route.roles!.includes(role));
  const administers = roles.length > 0 && roles.every((role) => role.endsWith("_administrator"));
  return !administers || route.group === "work" || route.group === "administration" || route.group === "evidence";
}

/* Who enters records has the menu of that work: lists of what it is mostly about, and the import beside them. */
const enters = ["centre_manager", "centre_staff", "company_staff", "service_staff"];
const workGroups: readonly Group[] = ["work", "operation", "patents", "programmes"];
const lists: readonly Route[] = [
  { path: "/r/demand", title: "shell.list.demand", group: "operation", order: -4, icon: "match" },
  { path: "/r/deal", title: "shell.list.deal", group: "operation", order: -3, icon: "simulate" },
  { path: "/r/consortium?filter=kind%3Dpool", title: "shell.list.pool", group: "operation", order: -2, icon: "persons" },
  { path: "/r/income_sharing", title: "shell.list.sharing", group: "operation", order: -1, icon: "evaluate" },
  { path: "/r/topic_database", title: "shell.list.topic", group: "patents", order: 4, icon: "database" },
  { path: "/r/patent_holding", title: "shell.list.holding", group: "patents", order: 5, icon: "patent" },
];

function menuOf(routes: readonly Route[], session: Session): { entries: Route[]; order: readonly Group[] } {
  const holds = (roles: readonly string[]) => session.roles.some(({ role }) => roles.includes(role));
  if (!holds(enters)) return { entries: [...routes], order: groups };
  const entries = [...routes.map((route): Route => (route.group === "data" ? { ...route, group: "operation" } : route)), ...lists];
  return { entries: entries.sort((a, b) => (a.order ?? 99) - (b.order ?? 99)), order: workGroups };
}

export function Shell({ routes }: { routes: readonly PageRoute[] }) {
  // Browsers keep no session over plain HTTP from another machine; the sign-in page says so.
  return window.isSecureContext ? <SignedIn routes={routes} /> : <Navigate to="/login" replace />;
}

function SignedIn({ routes }: { routes: readonly PageRoute[] }) {
  const t = useText();
  const session = useSession();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const signedIn = session.account !== 0;
  const incomplete = session.needs.length > 0;

  useEffect(() => {
    if (!signedIn) void navigate(`/login?to=${encodeURIComponent(pathname + search)}`, { replace: true });
    else if (incomplete && pathname !== "/account") void navigate("/account", { replace: true });
  }, [signedIn, incomplete, pathname, search, navigate]);

  useEffect(refreshCounts, [pathname]);
  useEffect(() => {
    document.addEventListener("input", refreshCounts);
    return () => document.removeEventListener("input", refreshCounts);
  }, []);

  if (!signedIn) return null;
  const menu = incomplete ? { entries: [], order: groups } : menuOf(routes.filter((route) => route.group && mayOpen(route, session)), session);
  return <Frame session={session} {...menu} searches={!incomplete && routes.some((route) => route.path === "/find")} t={t} />;
}

/* The session and the counts of the menu are read again at most every 8 seconds, and only as somebody moves or types: a
 * request renews the session, and an idle tab must not keep it alive. So who types in a session that has ended is told. */
const EVERY_MS = 8000;
let countedAt = Date.now();
let due: ReturnType<typeof setTimeout> | undefined;
function refreshCounts(): void {
  due ??= setTimeout(() => {
    due = undefined;
    countedAt = Date.now();
    void refreshSession();
  }, Math.max(0, countedAt + EVERY_MS - Date.now()));
}

function Frame({ session, entries, order, searches, t }: { session: Session; entries: Route[]; order: readonly Group[]; searches: boolean; t: ReturnType<typeof useText> }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false); // by the page
  const [chosen, setChosen] = useState(() => stored(FOLDED)); // by the reader: "folded", "open"
  const [helps, setHelps] = useState(false);
  const { key, pathname } = useLocation();
  const narrow = useMatch(NARROW);
  const folded = chosen ? chosen === "folded" : asked || narrow;

  useLive(session.needs.length === 0);
  useKeys([
    { keys: "?", label: t("shell.help"), run: () => setHelps(true) },
    ...entries.filter((route) => route.chord).map((route) => ({ keys: `g ${route.chord}`, label: t(route.title), run: () => void navigate(route.path) })),
  ]);

  const fold = () => {
    const next = folded ? "open" : "folded";
    setChosen(next);
    store(FOLDED, next);
  };

  return (
    <Folding.Provider value={setAsked}>
      <SkipLink />
      <div className={folded ? "shell shell-folded" : "shell"}>
        <header className="bar no-print">
          <Brand href="./w/" label={t("shell.home")} />
          {searches ? <SearchBox /> : <span />}
          <span className="bar-free" />
          <BeijingTime />
          {entries.some((route) => route.path === "/messages") && <Messages unread={session.counts?.notifications ?? 0} />}
          <Density />
          <LanguageSwitch />
          <button type="button" className="bar-button" onClick={() => setHelps(true)} aria-keyshortcuts="?">
            <Icon name="help" />
            {t("shell.help")}
          </button>
          <Who session={session} />
        </header>
        <Menu entries={entries} order={order} session={session} folded={folded} fold={fold} />
        <div className="shell-page">
          <Bars />
          {/* The address changes before its page is drawn; tests compare this with history.state. */}
          <main id="main" tabIndex={-1} data-location={key}>
            <p className="print-only shell-printed">
              <span lang="zh-CN">{session.unit_name}</span> {day(serverNow())} {clock(serverNow())}
            </p>
            <Suspense fallback={<Waiting />}>
              <Outlet />
            </Suspense>
          </main>
        </div>
      </div>
      <ScrollRestoration />
      <Progress />
      {helps && (
        <Suspense fallback={null}>
          <HelpSheet chapter={helpOf(pathname, session.roles.map(({ role }) => role))} onClose={() => setHelps(false)} />
        </Suspense>
      )}
      <SignInAgain session={session} />
      <OtherTab />
    </Folding.Provider>
  );
}

/* With <base href> a link to "#main" would leave the page, so the focus is moved by hand. */
function SkipLink() {
  const t = useText();
  return (
    <a
      className="skip"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}
    >
      {t("shell.skip")}
    </a>
  );
}

/* Tells screen readers and tests that a page is on its way. */
function Progress() {
  const { state } = useNavigation();
  return state === "idle" ? null : <div className="shell-progress" role="progressbar" aria-label="…" />;
}

/* --- top bar ----------------------------------------------------------------------------------- */

function BeijingTime() {
  const t = useText();
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 5000);
    return () => clearInterval(timer);
  }, []);
  const weekdays = t("shell.weekdays").split(" ");
  return (
    <time className="bar-time" dateTime={new Date(now).toISOString()}>
      {t("shell.beijingTime", { day: day(now), weekday: weekdays[weekday(now)]!, time: clock(now) })}
    </time>
  );
}

function Messages({ unread }: { unread: number }) {
  const t = useText();
  const shown = unread > 99 ? "99+" : unread;
  return (
    <NavLink className="bar-button bar-messages" to="/messages" aria-label={unread ? t("shell.messages.unread", { n: shown }) : t("shell.messages")}>
      <Icon name="bell" />
      {unread > 0 && <span>{shown}</span>}
    </NavLink>
  );
}

/* Height of table rows, kept for the next visit. */
function Density() {
  const t = useText();
  const [density, setDensity] = useState(() => stored(DENSITY) ?? "middle");
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
  const choose = (next: string) => {
    setDensity(next);
    store(DENSITY, next);
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ selectable: true, selectedKeys: [density], onClick: ({ key }) => choose(key), items: densities.map((key) => ({ key, label: t(`shell.density.${key}`) })) }}
    >
      <button type="button" className="bar-button" aria-label={t("shell.density")} title={t("shell.density")}>
        <Icon name="density" />
      </button>
    </Dropdown>
  );
}

/* Name over unit; roles, account and signing out below. */
function Who({ session }: { session: Session }) {
  const t = useText();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const roles = session.roles.filter(({ role }) => role !== "public").map(({ label }) => label);
  const leave = async () => {
    await signOut();
    clearDrafts();
    await navigate("/login", { replace: true });
    cache.clear();
  };
  return (
    <Dropdown
      trigger={["click"]}
      placement="bottomRight"
      menu={{
        items: [
          { key: "roles", type: "group", label: roles.join(t("common.comma")) },
          ...(session.roles.some(({ role }) => role === "centre_manager") ? [{ key: "people", label: t("people.title"), icon: <Icon name="persons" />, onClick: () => void navigate("/people") }] : []),
          { key: "account", label: t("signin.account"), icon: <Icon name="account" />, onClick: () => void navigate("/account") },
          { key: "leave", label: t("signin.signOut"), icon: <Icon name="leave" />, onClick: () => void leave() },
        ],
      }}
    >
      <button type="button" className="bar-who">
        <span>
          <b lang="zh-CN">{session.display_name}</b>
          {session.unit_name && <small lang="zh-CN">{session.unit_name}</small>}
        </span>
        <Icon name="down" />
      </button>
    </Dropdown>
  );
}

/* --- menu -------------------------------------------------------------------------------------- */

function Menu({ entries, order, session, folded, fold }: { entries: Route[]; order: readonly Group[]; session: Session; folded: boolean; fold: () => void }) {
  const t = useText();
  const foldLabel = t(folded ? "shell.unfold" : "shell.fold");
  return (
    <nav className="menu no-print" aria-label={t("shell.menu")}>
      <div className="menu-entries">
        {order.map((group) => {
          const own = entries.filter((route) => route.group === group);
          if (!own.length) return null;
          return (
            <section key={group} aria-label={t(`shell.group.${group}`)}>
              {!folded && <h2>{t(`shell.group.${group}`)}</h2>}
              <ul>
                {own.map((route) => (
                  <li key={route.path}>
                    <MenuLink route={route} count={route.count ? session.counts?.[route.count] : undefined} folded={folded} />
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      <Hint text={folded ? foldLabel : undefined}>
        <button type="button" className="menu-fold" onClick={fold} aria-label={foldLabel} aria-expanded={!folded}>
          <Icon name={folded ? "unfold" : "fold"} />
          {!folded && foldLabel}
        </button>
      </Hint>
    </nav>
  );
}

function MenuLink({ route, count, folded }: { route: Route; count: number | null | undefined; folded: boolean }) {
  const title = useText()(route.title);
  return (
    <Hint text={folded ? title : undefined}>
      <NavLink to={route.path} end={route.path === "/"} className="menu-link" aria-label={folded ? title : undefined}>
        {route.icon && <Icon name={route.icon} />}
        {!folded && <span className="menu-title one-line">{title}</span>}
        {!folded && !!count && <span className="menu-count">{count}</span>}
      </NavLink>
    </Hint>
  );
}

function Hint({ text, children }: { text?: string; children: ReactNode }) {
  return text ? (
    <Tooltip title={text} placement="right">
      {children}
    </Tooltip>
  ) : (
    children
  );
}

/* Somebody else has signed in, or signed out, in another tab: what this tab shows is no longer his. */
function OtherTab() {
  const t = useText();
  const [changed, setChanged] = useState(false);
  useEffect(() => onOtherTab(() => setChanged(true)), []);
  if (!changed) return null;
  return (
    <div className="shell-other" role="alertdialog" aria-modal="true" aria-label={t("shell.otherTab")}>
      <p>{t("shell.otherTab")}</p>
      <Button type="primary" onClick={() => location.reload()}>
        {t("shell.reload")}
      </Button>
    </div>
  );
}
