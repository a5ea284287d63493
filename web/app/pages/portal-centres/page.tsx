/* Who is recognised, and who was. */
import { Link, useSearchParams } from "react-router";
import { serverNow } from "../../api/server-time.ts";
import { CentreTag } from "../../rooms/portal/centres.tsx";
import { Answer, Crumbs, Data, Empty, SearchForm, TrialTag, useTitle } from "../../rooms/portal/parts.tsx";
import { TileMap } from "../../rooms/portal/tiles.tsx";
import { byProgramme, type Centre, useCentres } from "../../rooms/portal/data.ts";
import { useCityOrder } from "../../ui/place.tsx";
import { day } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";

const filters = ["programme", "region", "state", "year"] as const;
type Filter = (typeof filters)[number];

function matches(centre: Centre, asked: URLSearchParams): boolean {
  const of = (name: Filter | "q") => asked.get(name) ?? "";
  const words = of("q").toLowerCase();
  const year = of("year");
  return (
    (!words || [centre.name, centre.former, centre.party, centre.industry, centre.number].some((text) => text?.toLowerCase().includes(words))) &&
    (!of("programme") || centre.programme === of("programme")) &&
    (!of("region") || !!centre.region?.startsWith(of("region"))) &&
    (!of("state") || (of("state") === "valid") === (centre.state === "valid")) &&
    (!year || !!centre.entered?.startsWith(year) || !!centre.left?.startsWith(year))
  );
}

/* `data`: the labels are words of the data. */
function Select({ name, options, data }: { name: Filter; options: readonly (readonly [string, string])[]; data?: boolean }) {
  const t = useText();
  const language = useLanguage();
  const [words, setWords] = useSearchParams();
  return (
    <label>
      {t(`portal.filter.${name}`)}
      <select
        value={words.get(name) ?? ""}
        onChange={(event) => {
          const next = new URLSearchParams(words);
          if (event.target.value) next.set(name, event.target.value);
          else next.delete(name);
          setWords(next);
        }}
      >
        <option value="">{t("portal.all")}</option>
        {options.map(([value, label]) => (
          <option key={value} value={value} lang={data && language !== "zh" ? "zh-CN" : undefined}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

function Profile({ of }: { of: NonNullable<Centre["profile"]> }) {
  const t = useText();
  return (
    <details>
      <summary>{t("portal.centre.profile")}</summary>
      {of.sections
        .filter((section) => section.text)
        .map((section) => (
          <p key={section.heading}>
            <strong>{section.heading}</strong> <Data>{section.text}</Data>
          </p>
        ))}
      {of.as_of && <p className="note">{t("portal.asof", { date: of.as_of })}</p>}
    </details>
  );
}

function Rows({ of }: { of: Centre[] }) {
  const t = useText();
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("portal.nav.centres")}>
      <table className="centres stack">
        <thead>
          <tr>
            <th>{t("portal.centre.name")}</th>
            <th>{t("portal.filter.programme")}</th>
            <th>{t("portal.field.industry")}</th>
            <th>{t("portal.notice.place")}</th>
            <th>{t("portal.centre.since")}</th>
            <th>{t("portal.filter.state")}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((one, i) => (
            <tr key={i}>
              <td>
                <Data>
                  <strong>{one.name ?? one.party}</strong>
                  {one.name && <div className="note">{one.party}</div>}
                  {one.former && <div className="note">{t("portal.centre.former", { names: one.former })}</div>}
                </Data>
                {one.number && (
                  <div className="note mono">
                    <Data>{one.number}</Data>
                  </div>
                )}
                {one.profile && <Profile of={one.profile} />}
              </td>
              <td data-label={t("portal.filter.programme")}>
                <Data>{one.document ?? one.programme}</Data> {one.trial && <TrialTag />}
              </td>
              <td data-label={t("portal.field.industry")}>
                <Data>{one.industry}</Data>
              </td>
              <td data-label={t("portal.notice.place")}>{one.region_name ? <Data>{one.region_name}</Data> : <span className="unknown">{t("common.unknown")}</span>}</td>
              <td data-label={t("portal.centre.since")} className="nowrap">{one.entered ?? <span className="unknown">{t("common.unknown")}</span>}</td>
              <td className="nowrap">
                <CentreTag state={one.state} />
                {one.left && <div className="note">{one.left}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Register({ all }: { all: Centre[] }) {
  const t = useText();
  const [words] = useSearchParams();
  const found = all.filter((one) => matches(one, words));
  const byName = useCityOrder(all.find((one) => one.region)?.region!.slice(0, 2));
  const narrowed = [...filters, "q"].some((name) => words.get(name));
  const provinces = new Map(all.flatMap((one) => (one.region ? [[one.region.slice(0, 2), one.region_name ?? one.region]] : [])));
  const cities = new Map(all.flatMap((one) => (one.region ? [[one.region, one.region_name ?? one.region] as const] : [])));
  const years = [...new Set(all.flatMap((one) => [one.entered, one.left]).flatMap((date) => (date ? [date.slice(0, 4)] : [])))].sort().reverse();
  const counts = new Map<string, number>();
  for (const one of found) if (one.region && one.state === "valid") counts.set(one.region, (counts.get(one.region) ?? 0) + 1);
  const province = words.get("region")?.slice(0, 2);
  return (
    <>
      <div className="filters no-print">
        <Select data name="programme" options={byProgramme(all).map((one) => [one.id, one.title])} />
        <Select
          data
          name="region"
          options={[
            ...[...provinces].map(([code, name]) => [code, name.replace(/(省|自治区).*/, "$1")] as const),
            ...[...cities].filter(([code]) => !code.endsWith("0000")),
          ].sort(([a], [b]) => a.slice(0, 2).localeCompare(b.slice(0, 2)) || a.length - b.length || byName(a, b))}
        />
        <Select
          name="state"
          options={[
            ["valid", t("portal.centre.valid")],
            ["left", t("portal.centre.gone")],
          ]}
        />
        <Select name="year" options={years.map((year) => [year, year])} />
      </div>
      <div className="panel">
        <p className="count" role="status">
          {t("portal.centres.count", { n: found.length, valid: found.filter((one) => one.state === "valid").length })}
          <span className="note"> {t("portal.asof", { date: day(serverNow()) })}</span>
        </p>
        {found.length === 0 ? (
          <Empty text={t("portal.none.centres")}>{narrowed && <Link to="/centres">{t("portal.all")}</Link>}</Empty>
        ) : (
          <Rows of={found} />
        )}
      </div>
      {province && found.length > 0 && <TileMap province={province} counts={counts} />}
    </>
  );
}

export default function CentresPage() {
  const t = useText();
  const [words] = useSearchParams();
  const centres = useCentres();
  useTitle(t("portal.nav.centres"), t("portal.centres.lead"));
  return (
    <div className="column page">
      <Crumbs to={[]}>{t("portal.nav.centres")}</Crumbs>
      <h1>{t("portal.nav.centres")}</h1>
      <p className="lead">{t("portal.centres.lead")}</p>
      <SearchForm to="/centres" initial={words.get("q") ?? ""} label={t("portal.centres.find")} />
      <Answer of={centres} rows={8}>
        {(all) => <Register all={all} />}
      </Answer>
    </div>
  );
}
