/* The home of the portal: search, check of a certificate, what is open for objection today, the register, the market. */
import { useState } from "react";
import { Link } from "react-router";
import { base } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { Movements, movements } from "../../rooms/portal/centres.tsx";
import { ListingFacts, marketAbout, marketName, marketPath } from "../../rooms/portal/market.tsx";
import { Answer, CheckForm, Data, Empty, SearchForm, Section, useTitle } from "../../rooms/portal/parts.tsx";
import { NoticeRow } from "../../rooms/portal/publicity.tsx";
import { TileMap } from "../../rooms/portal/tiles.tsx";
import { byProgramme, type Centre, type Market, markets, notices, useCentres, useListings, usePublicity } from "../../rooms/portal/data.ts";
import { tileMaps } from "../../rooms/portal/tile-map.ts";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

/* Words that certainly find something: industries of the register. */
function Suggestions() {
  const t = useText();
  const centres = useCentres();
  const industries = [...new Set(centres.data?.flatMap((one) => one.industry ?? []))].slice(0, 4);
  return (
    <p className="tries">
      {industries.length > 0 && t("portal.try")}
      {industries.map((one) => (
        <Link key={one} to={`/search?${new URLSearchParams({ q: one })}`}>
          <Data>{one}</Data>
        </Link>
      ))}
    </p>
  );
}

function Hero() {
  const t = useText();
  return (
    <div className="hero">
      <div className="column">
        <div className="hero-search">
          <h1>{t("portal.home.title")}</h1>
          <p className="lead">
            {t("portal.home.lead")} <a href={`${base}/w/patents`}>{t("portal.home.patents")}</a>
          </p>
          <SearchForm large to="/search" label={t("portal.search.what")} />
          <Suggestions />
        </div>
        <div className="hero-check">
          <h2>{t("portal.check.title")}</h2>
          <p className="lead">{t("portal.check.lead")}</p>
          <CheckForm />
        </div>
      </div>
    </div>
  );
}

function Notices() {
  const t = useText();
  const running = usePublicity({ state: "running", limit: 50 });
  const all = usePublicity({ limit: 3 });
  const total = all.data?.total;
  return (
    <Section title={t("portal.home.running")} more={total ? <Link to="/publicity">{t("portal.home.publicity", { n: total })}</Link> : null}>
      <Answer of={running} rows={4}>
        {(list) =>
          list.total > 0 ? (
            <ul className="notices">
              {notices(list.items).map((cases) => (
                <NoticeRow key={cases[0]!.id} of={cases} />
              ))}
            </ul>
          ) : (
            <>
              <Empty text={t("portal.none.running")}>{!!total && t("portal.home.latest")}</Empty>
              <ul className="notices">
                {notices(all.data?.items ?? []).map((cases) => (
                  <NoticeRow key={cases[0]!.id} of={cases} />
                ))}
              </ul>
            </>
          )
        }
      </Answer>
    </Section>
  );
}

function Registry() {
  const t = useText();
  const centres = useCentres();
  const year = day(serverNow()).slice(0, 4);
  return (
    <Section title={t("portal.nav.centres")} more={<Link to={`/centres?year=${year}`}>{t("portal.home.year", { year })}</Link>}>
      <Answer of={centres} rows={4}>
        {(all) => {
          const valid = all.filter((one) => one.state === "valid").length;
          return all.length === 0 ? (
            <Empty text={t("portal.none.centres")} />
          ) : (
            <>
              <div className="figures">
                <p>
                  <strong>{valid}</strong>
                  <span>{t("portal.home.valid")}</span>
                </p>
                <p>
                  <strong className="second">{all.length - valid}</strong>
                  <span>{t("portal.home.gone")}</span>
                </p>
                <p className="note">
                  {t("portal.asof", { date: day(centres.dataUpdatedAt) })}
                  <br />
                  {t("portal.home.source")}
                </p>
              </div>
              <ul className="programmes">
                {byProgramme(all).map((one) => (
                  <li key={one.id}>
                    <Link to={`/centres?${new URLSearchParams({ programme: one.id })}`}>
                      <Data>{one.title}</Data>
                      {one.trial && <span className="note">{t("portal.trial.short")}</span>}
                    </Link>
                    <strong>{one.valid}</strong>
                    <span className="note">{t("portal.home.left", { n: one.left })}</span>
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Answer>
    </Section>
  );
}

function MarketColumn({ kind }: { kind: Market }) {
  const t = useText();
  const found = useListings(kind, { limit: 2 });
  return (
    <li>
      <h3>
        <Link to={marketPath(kind)}>{t(marketName(kind))}</Link>
        <span className="figure">{found.data?.total ?? ""}</span>
      </h3>
      <p className="note about">{t(marketAbout(kind))}</p>
      <Answer of={found} rows={2}>
        {(list) =>
          list.total === 0 ? (
            <p className="note">{t(`portal.none.${kind}`)}</p>
          ) : (
            <ul className="newest">
              {list.items.map((one) => (
                <li key={one.id}>
                  <Link to={`${marketPath(kind)}/${one.id}`}>
                    <Data>{one.title}</Data>
                  </Link>
                  <ListingFacts of={one} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </li>
  );
}

/* One province at a time, that with the most centres first. */
function Cities({ all }: { all: Centre[] }) {
  const t = useText();
  const counts = new Map<string, number>();
  const provinces = new Map<string, number>();
  for (const one of all) {
    const province = one.region?.slice(0, 2);
    if (!province || one.state !== "valid" || !tileMaps[province]) continue;
    counts.set(one.region!, (counts.get(one.region!) ?? 0) + 1);
    provinces.set(province, (provinces.get(province) ?? 0) + 1);
  }
  const order = [...provinces].sort(([, a], [, b]) => b - a).map(([code]) => code);
  const [chosen, choose] = useState<string>();
  const province = chosen ?? order[0];
  if (!province) return null;
  return (
    <Section
      title={t("portal.home.cities")}
      more={
        order.length > 1 && (
          <div className="choice">
            {order.map((code) => (
              <button key={code} type="button" aria-pressed={code === province} onClick={() => choose(code)}>
                <Data>{tileMaps[code]!.name}</Data>
              </button>
            ))}
          </div>
        )
      }
    >
      <TileMap province={province} counts={counts} />
    </Section>
  );
}

export default function PortalHome() {
  const t = useText();
  const centres = useCentres();
  useTitle(t("portal.tagline"), t("portal.home.lead"));
  const year = day(serverNow()).slice(0, 4);
  const moved = movements(centres.data ?? [], year);
  return (
    <>
      <Hero />
      <div className="column home">
        <Notices />
        <Registry />
        <Section title={t("portal.nav.market")} more={<Link to="/market">{t("portal.home.market")}</Link>}>
          <ul className="market">
            {markets.map((kind) => (
              <MarketColumn key={kind} kind={kind} />
            ))}
          </ul>
        </Section>
        {centres.data && <Cities all={centres.data} />}
        {centres.data && centres.data.length > 0 && (
          <Section title={t("portal.home.movements", { year })} more={<Link to={`/centres?year=${year}`}>{t("portal.home.movements.all")}</Link>}>
            {moved.length === 0 ? <Empty text={t("portal.none.movements", { year })} /> : <Movements rows={moved.slice(0, 8)} />}
          </Section>
        )}
      </div>
    </>
  );
}
