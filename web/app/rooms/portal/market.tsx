/* Listings of the market and of the service catalogue: facts, lists, one. */
import { Link, useParams, useSearchParams } from "react-router";
import { serverNow } from "../../api/server-time.ts";
import { type Key, type Translate, useText } from "../../text/index.ts";
import { Answer, Crumbs, Data, Empty, Facts, isMissing, NotFound, Pages, SearchForm, useTitle } from "./parts.tsx";
import { type Listing, type Market, markets, useListing, useListings } from "./data.ts";
import { useCities } from "../../ui/place.tsx";
import { day } from "../../ui/time.ts";

export const marketPath = (kind: Market) => (kind === "services" ? "/services" : `/market/${kind}`);
export const marketName = (kind: Market): Key => `portal.market.${kind}`;
export const marketAbout = (kind: Market): Key => `portal.market.${kind}.about`;

const maturities: Record<string, Key> = {
  idea: "portal.maturity.idea",
  lab: "portal.maturity.lab",
  pilot: "portal.maturity.pilot",
  product: "portal.maturity.product",
};

/* A city by its name; a code that is none as it is. It keeps its line while names are on their way. */
export function City({ code }: { code: string }) {
  const cities = useCities(code.slice(0, 2));
  return <Data>{cities.data?.get(code) ?? (cities.isPending ? "\u00a0" : code)}</Data>;
}

/* "500000.00" with commas. */
function grouped(yuan: string): string {
  const [whole, cents] = yuan.split(".");
  return `${whole!.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents ?? "00"}`;
}

export function price(t: Translate, one: Listing): string | undefined {
  if (one.charge === "free") return t("portal.price.free");
  if (one.price_basis === "talk") return t("portal.price.talk");
  if (one.fee_basis) return t(`portal.fee.${one.fee_basis}` as Key, { sum: grouped(one.fee ?? "0.00"), rate: one.fee_percent ?? "" });
  if (one.rate) return t("portal.price.rate", { rate: one.rate });
  if (one.price) return t("portal.price.yuan", { sum: grouped(one.price), unit: one.price_unit ? ` / ${one.price_unit}` : "" });
  return undefined;
}

const hasExpired = (one: Listing) => !!one.expires && one.expires < day(serverNow());

/* One line: where, how far, at what price. */
export function ListingFacts({ of }: { of: Listing }) {
  const t = useText();
  const facts = [
    of.region && <City code={of.region} />,
    of.maturity && maturities[of.maturity] && t(maturities[of.maturity]!),
    of.audience && <Data>{of.audience}</Data>,
    price(t, of),
  ].filter(Boolean);
  return (
    <span className="note">
      {facts.map((fact, i) => (
        <span key={i}>
          {i > 0 && " · "}
          {fact}
        </span>
      ))}
    </span>
  );
}

/* Up to when it counts, and when somebody last looked whether it still does. */
function Dates({ of }: { of: Listing }) {
  const t = useText();
  return (
    <span className="note dates">
      {of.published_on && <span>{t("portal.published", { date: of.published_on })}</span>}
      {of.verified && <span>{t("portal.verified", { date: of.verified })}</span>}
      {of.announced_on && <span>{t("portal.announced", { date: of.announced_on })}</span>}
      {of.version_date && <span>{t("portal.version", { date: of.version_date })}</span>}
      {of.expires && !hasExpired(of) && <span>{t("portal.expires", { date: of.expires })}</span>}
      {hasExpired(of) && <span className="tag plain">{t("portal.expired", { date: of.expires! })}</span>}
    </span>
  );
}

export function ListingRow({ kind, of }: { kind: Market; of: Listing }) {
  return (
    <li className="row">
      <div>
        <Link className="row-title" to={`${marketPath(kind)}/${of.id}`}>
          <Data>{of.title}</Data>
        </Link>
        <ListingFacts of={of} />
      </div>
      <Dates of={of} />
    </li>
  );
}

const PAGE = 20;

export function Listings({ kind }: { kind: Market }) {
  const t = useText();
  const [words] = useSearchParams();
  const q = words.get("q") ?? "";
  const found = useListings(kind, { q, page: Number(words.get("page") ?? 1) || 1, limit: PAGE });
  const title = t(kind === "services" ? "portal.nav.services" : marketName(kind));
  useTitle(title, kind === "services" ? t("portal.services.lead") : `${t(marketAbout(kind))} - ${t("portal.market.lead")}`);
  return (
    <div className="column page">
      <Crumbs to={[]}>{kind === "services" ? title : t("portal.nav.market")}</Crumbs>
      <h1>{kind === "services" ? title : t("portal.nav.market")}</h1>
      <p className="lead">{t(kind === "services" ? "portal.services.lead" : "portal.market.lead")}</p>
      {kind !== "services" && (
        <nav className="tabs" aria-label={t("portal.nav.market")}>
          {markets
            .filter((one) => one !== "services")
            .map((one) => (
              <Link key={one} to={marketPath(one)} aria-current={one === kind ? "page" : undefined}>
                {t(marketName(one))}
              </Link>
            ))}
        </nav>
      )}
      <SearchForm to={marketPath(kind)} initial={q} label={t(kind === "services" ? "portal.services.find" : "portal.market.find")} />
      <Answer of={found} rows={6}>
        {(list) => (
          <div className="panel">
            <p className="count" role="status">
              {t("portal.count", { n: list.total })}
            </p>
            {list.total === 0 ? (
              <Empty text={q ? t("portal.none.words", { words: q }) : t(`portal.none.${kind}`)}>
                {q && <Link to={marketPath(kind)}>{t("portal.all")}</Link>}
              </Empty>
            ) : (
              <ul className="rows">
                {list.items.map((one) => (
                  <ListingRow key={one.id} kind={kind} of={one} />
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

export function OneListing({ kind }: { kind: Market }) {
  const t = useText();
  const { id = "" } = useParams();
  const found = useListing(kind, id);
  const words = found.data?.text ?? found.data?.content;
  useTitle(found.data?.title, [found.data?.title, words].filter(Boolean).join(" - "));
  if (isMissing(found.error)) return <NotFound />;
  return (
    <div className="column page">
      <Crumbs to={[[marketPath(kind), t(kind === "services" ? "portal.nav.services" : marketName(kind))]]}>
        {found.data ? <Data>{found.data.title}</Data> : id}
      </Crumbs>
      <Answer of={found} rows={8}>
        {(one) => (
          <article className="panel listing">
            <h1>
              <Data>{one.title}</Data>
            </h1>
            <p>
              <Dates of={one} />
            </p>
            {words && (
              <p className="words">
                <Data>{words}</Data>
              </p>
            )}
            <Facts
              rows={[
                ["portal.field.audience", one.audience && <Data>{one.audience}</Data>],
                ["portal.field.industry", one.industry && <Data>{one.industry}</Data>],
                ["portal.field.chain", one.chain_node && <Data>{one.chain_node}</Data>],
                ["portal.field.region", one.region && <City code={one.region} />],
                ["portal.field.maturity", one.maturity && maturities[one.maturity] && t(maturities[one.maturity]!)],
                ["portal.field.price", price(t, one)],
                ["portal.field.payment", one.payment && <Data>{one.payment}</Data>],
                ["portal.field.term", one.term?.from && `${one.term.from} – ${one.term.to ?? ""}`],
                ["portal.field.statement", one.statement_no && <Data>{one.statement_no}</Data>],
                ["portal.field.time", one.time_limit && <Data>{one.time_limit}</Data>],
                ["portal.field.patents", one.patents?.length ? <span className="mono">{one.patents.join(" ")}</span> : null],
                ["portal.field.ipc", one.ipc_classes?.length ? <span className="mono">{one.ipc_classes.join(" ")}</span> : null],
                ["portal.field.publisher", one.publisher && <Data>{one.publisher}</Data>],
                ["portal.field.contact", one.contact && <Data>{one.contact}</Data>],
              ]}
            />
            {!one.contact && <p className="note">{t("portal.listing.contact")}</p>}
          </article>
        )}
      </Answer>
    </div>
  );
}

