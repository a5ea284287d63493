/* All that is, or was, made public. */
import { Link, useSearchParams } from "react-router";
import { Answer, Crumbs, Empty, Pages, SearchForm, useTitle } from "../../rooms/portal/parts.tsx";
import { NoticeRow } from "../../rooms/portal/publicity.tsx";
import { notices, usePublicity } from "../../rooms/portal/data.ts";
import { useText } from "../../text/index.ts";

const PAGE = 20;
const states = ["", "running", "over", "closed"] as const;

export default function PublicityPage() {
  const t = useText();
  const [words] = useSearchParams();
  const state = words.get("state") ?? "";
  const q = words.get("q") ?? "";
  const found = usePublicity({ state, q, page: Number(words.get("page") ?? 1) || 1, limit: PAGE });
  useTitle(t("portal.nav.publicity"), t("portal.publicity.lead"));
  const to = (next: string) => {
    const all = new URLSearchParams({ ...(next && { state: next }), ...(q && { q }) });
    return `/publicity${String(all) && `?${all}`}`;
  };
  return (
    <div className="column page">
      <Crumbs to={[]}>{t("portal.nav.publicity")}</Crumbs>
      <h1>{t("portal.nav.publicity")}</h1>
      <p className="lead">
        {t("portal.publicity.lead")} <Link to="/objection">{t("portal.object.ask")}</Link>
      </p>
      <nav className="tabs" aria-label={t("portal.publicity.state")}>
        {states.map((one) => (
          <Link key={one} to={to(one)} aria-current={one === state ? "page" : undefined}>
            {t(one ? `portal.state.${one}` : "portal.all")}
          </Link>
        ))}
      </nav>
      <SearchForm to="/publicity" initial={q} label={t("portal.publicity.find")} />
      <Answer of={found} rows={6}>
        {(list) => (
          <div className="panel">
            <p className="count" role="status">
              {t("portal.count", { n: list.total })}
            </p>
            {list.total === 0 ? (
              <Empty text={q ? t("portal.none.words", { words: q }) : t("portal.none.publicity")}>
                {(q || state) && <Link to="/publicity">{t("portal.all")}</Link>}
              </Empty>
            ) : (
              <ul className="notices">
                {notices(list.items).map((cases) => (
                  <NoticeRow key={cases[0]!.id} of={cases} />
                ))}
              </ul>
            )}
            <Pages total={list.total} limit={PAGE} />
          </div>
        )}
      </Answer>
    </div>
  );
}
