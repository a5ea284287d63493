/* What anybody may read, by words: publicity, the register, the market. Patents are searched in the workbench. */
import { Link, useSearchParams } from "react-router";
import { base } from "../../api/client.ts";
import { CentreTag } from "../../rooms/portal/centres.tsx";
import { ListingRow, marketName, marketPath } from "../../rooms/portal/market.tsx";
import { Answer, Crumbs, Data, Empty, SearchForm, Section, useTitle } from "../../rooms/portal/parts.tsx";
import { NoticeRow } from "../../rooms/portal/publicity.tsx";
import { type Market, markets, notices, useCentres, useListings, usePublicity } from "../../rooms/portal/data.ts";
import { useText } from "../../text/index.ts";

const SHOWN = 5;

function More({ to, total }: { to: string; total: number }) {
  const t = useText();
  return total > SHOWN ? <Link to={to}>{t("portal.search.all", { n: total })}</Link> : null;
}

function FoundNotices({ q }: { q: string }) {
  const t = useText();
  const found = usePublicity({ q, limit: SHOWN });
  return (
    <Section title={t("portal.nav.publicity")} more={found.data && <More to={`/publicity?${new URLSearchParams({ q })}`} total={found.data.total} />}>
      <Answer of={found} rows={2}>
        {(list) =>
          list.total === 0 ? (
            <Empty text={t("portal.none.here")} />
          ) : (
            <ul className="notices">
              {notices(list.items).map((cases) => (
                <NoticeRow key={cases[0]!.id} of={cases} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}

function FoundCentres({ q }: { q: string }) {
  const t = useText();
  const centres = useCentres();
  const words = q.toLowerCase();
  const found = centres.data?.filter((one) => [one.name, one.party, one.industry, one.number].some((text) => text?.toLowerCase().includes(words))) ?? [];
  return (
    <Section title={t("portal.nav.centres")} more={<More to={`/centres?${new URLSearchParams({ q })}`} total={found.length} />}>
      <Answer of={centres} rows={2}>
        {() =>
          found.length === 0 ? (
            <Empty text={t("portal.none.here")} />
          ) : (
            <ul className="rows">
              {found.slice(0, SHOWN).map((one, i) => (
                <li className="row" key={i}>
                  <div>
                    <Link className="row-title" to={`/centres?${new URLSearchParams({ q: one.name ?? one.party ?? "" })}`}>
                      <Data>{one.name ?? one.party}</Data>
                    </Link>
                    <span className="note">
                      <Data>
                        {one.party} · {one.region_name}
                      </Data>
                    </span>
                  </div>
                  <CentreTag state={one.state} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}

function FoundListings({ kind, q }: { kind: Market; q: string }) {
  const t = useText();
  const found = useListings(kind, { q, limit: SHOWN });
  if (found.data?.total === 0) return null;
  return (
    <Section
      title={t(kind === "services" ? "portal.nav.services" : marketName(kind))}
      more={found.data && <More to={`${marketPath(kind)}?${new URLSearchParams({ q })}`} total={found.data.total} />}
    >
      <Answer of={found} rows={2}>
        {(list) => (
          <ul className="rows">
            {list.items.map((one) => (
              <ListingRow key={one.id} kind={kind} of={one} />
            ))}
          </ul>
        )}
      </Answer>
    </Section>
  );
}

export default function SearchPage() {
  const t = useText();
  const [words] = useSearchParams();
  const q = (words.get("q") ?? "").trim();
  useTitle(q ? `${q} - ${t("portal.search")}` : t("portal.search"), q ? `${q} - ${t("portal.search.begin")}` : t("portal.search.begin"));
  return (
    <div className="column page">
      <Crumbs to={[]}>{t("portal.search")}</Crumbs>
      <h1>{t("portal.search")}</h1>
      <SearchForm to="/search" initial={q} label={t("portal.search.what")} />
      <p className="note">
        {t("portal.search.patents")} <a href={`${base}/w/patents${q && `?${new URLSearchParams({ query: q })}`}`}>{t("portal.search.patents.go")}</a>
      </p>
      {q ? (
        <>
          <FoundNotices q={q} />
          <FoundCentres q={q} />
          {markets.map((kind) => (
            <FoundListings key={kind} kind={kind} q={q} />
          ))}
        </>
      ) : (
        <Empty text={t("portal.search.begin")} />
      )}
    </div>
  );
}
