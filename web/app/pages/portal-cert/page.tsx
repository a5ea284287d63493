/* A certificate by its number: whether it stands, in plain words, and for whom. The QR of a paper leads to the page of the
 * server, which links here. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { api, base, take, type Schemas } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { Answer, CheckForm, Crumbs, Data, useTitle } from "../../rooms/portal/parts.tsx";
import { useCentres } from "../../rooms/portal/data.ts";
import { minute } from "../../ui/time.ts";
import { languageNow, useText, type Key } from "../../text/index.ts";
import "./portal-cert.css";

type Check = Awaited<ReturnType<typeof readCheck>>;

const readCheck = (number: string) => take(api.GET("/api/v1/public/certificates/{number}", { params: { path: { number } } }));

const looks: Record<Check["state"], ["good" | "bad" | "plain", string]> = {
  valid: ["good", "✓"],
  issued: ["good", "✓"],
  revoked: ["bad", "✕"],
  exited: ["bad", "✕"],
  replaced: ["bad", "✕"],
  different: ["bad", "✕"],
  trial: ["plain", "◷"],
  unknown: ["plain", "?"],
};

export default function Certificate() {
  const t = useText();
  const { number = "" } = useParams();
  const found = useQuery({ queryKey: ["public", languageNow(), "certificate", number], queryFn: () => readCheck(number), enabled: number !== "" });
  useTitle(number ? `${number} - ${t("cert.title")}` : t("cert.title"), number ? `${number} - ${t("cert.lead")}` : t("cert.lead"));
  return (
    <div className="column page">
      <Crumbs to={[]}>{t("cert.title")}</Crumbs>
      <h1>{t("cert.title")}</h1>
      <div className="cert-form">
        <CheckForm initial={number} />
      </div>
      {number === "" ? <p className="lead">{t("cert.lead")}</p> : <Answer of={found}>{(check) => <Card check={check} number={number} />}</Answer>}
    </div>
  );
}

function Card({ check, number }: { check: Check; number: string }) {
  const t = useText();
  const centres = useCentres();
  const centre: Schemas["PublicCentre"] | undefined = centres.data?.find((one) => one.number !== null && one.number === check.number);
  const [look, glyph] = looks[check.state];
  const rows: [Key, string | null | undefined][] = [
    ["cert.number", check.number],
    ["cert.party", centre?.party],
    ["cert.region", centre?.region_name],
    ["cert.industry", centre?.industry],
    ["cert.date", check.date],
    ["cert.revoked_on", check.revoked_on],
    ["cert.left_on", check.left_on],
    ["cert.until", centre?.cycle_ends],
    ["cert.basis", centre?.document],
    ["cert.issued_on", check.issued_on],
    ["cert.version", check.version === undefined ? undefined : String(check.version)],
    ["cert.digest", check.digest],
    ["cert.changes", check.changes],
  ];
  return (
    <article className={`panel cert cert-${look}`}>
      <header>
        <span className="cert-glyph" aria-hidden="true">
          {glyph}
        </span>
        <div>
          <h2>{t(check.state === "replaced" && check.corrected ? `cert.${check.corrected}` : `cert.${check.state}`)}</h2>
          <p className="note">{t("cert.at", { time: minute(serverNow()) })}</p>
        </div>
      </header>
      <p>{t(`cert.${check.state}.text`)}</p>
      {check.state === "valid" && check.corrected && <p>{t(`cert.${check.corrected}.text`)}</p>}
      {check.name && (
        <h3 className="serif">
          <Data>{check.name}</Data>
        </h3>
      )}
      {check.state === "unknown" && <p className="mono">{number}</p>}
      <dl className="facts">
        {rows.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{t(name)}</dt>
                <dd className={name === "cert.digest" || name === "cert.number" ? "mono" : undefined}>
                  <Data>{value}</Data>
                </dd>
              </div>
            ),
        )}
      </dl>
      {check.state !== "unknown" && (
        <p className="no-print">
          <a href={`${base}/check?number=${encodeURIComponent(check.number ?? number)}`}>{t("cert.compare")}</a>{" "}
          <button type="button" className="link" onClick={() => print()}>
            {t("portal.print")}
          </button>
        </p>
      )}
    </article>
  );
}
