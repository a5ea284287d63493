/* An entry of the log: who did what, what it changed, and its proof checked here. */
import "../../ui/key-values.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, Problem, take } from "../../api/client.ts";
import { entriesOf, logKeys, receiptAddress, receiptOf, type LogLine } from "./log.ts";
import { historyOf, typeOf, type RecordType } from "../../api/records.ts";
import { fieldOf, isEmpty } from "../../fields/field.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { ObjectOf, Who } from "./list.tsx";
import { judgeReceipt, keysOf } from "./receipt-steps.ts";
import { RecordValue } from "../record/value.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { minute } from "../../ui/time.ts";

export function LogRail({ leaf, previous, next }: { leaf: number; previous?: () => void; next?: () => void }) {
  const t = useText();
  const read = useQuery(entriesOf({ cursor: leaf + 1, limit: 1 }));
  const one = read.data?.items[0];
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!one) return <Waiting rows={4} />;
  return (
    <section className="log-rail" aria-label={t("evidence.rail")}>
      <header>
        <h2>{t("evidence.entry", { n: leaf.toLocaleString("en") })}</h2>
        <Button size="small" type="text" aria-label={t("evidence.rail.previous")} disabled={!previous} onClick={previous}>
          ‹
        </Button>
        <Button size="small" type="text" aria-label={t("evidence.rail.next")} disabled={!next} onClick={next}>
          ›
        </Button>
      </header>
      <p>
        <b>
          <Data text={one.verb} />
        </b>{" "}
        <ObjectOf of={one} />
      </p>
      <p>
        <Who of={one} />
        {[one.role, one.unit].filter(Boolean).map((word) => (
          <span key={word}>
            {" · "}
            <Data text={word!} />
          </span>
        ))}
      </p>
      <p className="quiet">
        {minute(one.at)} {one.detail && <Data text={one.detail} />}
      </p>
      <h3>{t("evidence.changes")}</h3>
      <Changes of={one} />
      <p className="log-reason">{one.reason ? <Data text={t("evidence.reason", { reason: one.reason })} /> : one.readable && t("evidence.reason.none")}</p>
      <h3>{t("evidence.proof")}</h3>
      <Proof of={one} />
    </section>
  );
}

/* Before → after, as far as its reader may read the record. */
function Changes({ of }: { of: LogLine }) {
  const t = useText();
  const language = useLanguage();
  const known = !!of.type && !!of.id && !!of.version && of.readable;
  const type = useQuery({ ...typeOf(of.type ?? ""), enabled: known, retry: false }).data;
  const diff = useQuery({
    queryKey: ["diff", language, of.type, of.id, of.version],
    queryFn: () => take(api.GET("/api/v1/records/{type}/{id}/diff", { params: { path: { type: of.type!, id: of.id! }, query: { from: of.version! - 1, to: of.version! } } })),
    enabled: known && of.version! > 1,
    retry: false,
  });
  if (!of.version) return <p className="quiet">{t("evidence.changes.none")}</p>;
  if (!of.readable || (diff.error instanceof Problem && diff.error.status === 404)) return <p className="quiet">{t("evidence.changes.hidden")}</p>;
  if (of.version === 1) return type ? <First of={of} type={type} /> : <Waiting rows={2} />;
  if (diff.error) return <Failed error={diff.error} />;
  if (!diff.data || !type) return <Waiting rows={2} />;
  const shown = diff.data.fields.filter(({ name }) => !name.startsWith("_"));
  return (
    <>
      <p className="quiet">{t("evidence.changes.versions", { n: shown.length, from: diff.data.from, to: diff.data.to })}</p>
      <dl className="log-diff">
        {shown.map(({ name, label, before, after, erased }) => {
          const described = type.fields.find((one) => one.name === name);
          const value = (one: unknown) => (isEmpty(one) ? t("evidence.changes.empty") : described ? <RecordValue field={fieldOf(described, language)} value={one} /> : <Data text={typeof one === "object" ? JSON.stringify(one) : String(one)} />);
          return (
            <div key={name}>
              <dt>{label ?? name}</dt>
              <dd>{erased ? t("evidence.changes.erased") : isEmpty(before) ? <span className="quiet">{value(before)}</span> : <del>{value(before)}</del>}</dd>
              <dd>{!erased && (isEmpty(after) ? <span className="quiet">{value(after)}</span> : <ins>{value(after)}</ins>)}</dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

function First({ of, type }: { of: LogLine; type: RecordType }) {
  const t = useText();
  const language = useLanguage();
  const found = useQuery({ ...historyOf(of.type!, of.id!, of.version!), retry: false }).data?.items.find(({ version }) => version === 1);
  if (!found) return <Waiting rows={2} />;
  const fields = type.fields.map((one) => fieldOf(one, language)).filter(({ name }) => !isEmpty(found.content[name]));
  return (
    <>
      <p className="quiet">{t("evidence.changes.first", { n: fields.length })}</p>
      <dl className="log-diff">
        {fields.map((field) => (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd>
              <ins>
                <RecordValue field={field} value={found.content[field.name]} />
              </ins>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/* The receipt of the entry, checked here against the published key. */
function Proof({ of }: { of: LogLine }) {
  const t = useText();
  const keys = useQuery(logKeys).data;
  const receipt = useQuery({ ...receiptOf(of.uid), retry: false });
  if (receipt.error) return <Failed error={receipt.error} retry={() => void receipt.refetch()} />;
  if (!receipt.data || !keys) return <Waiting rows={3} />;
  const judged = judgeReceipt(receipt.data, keysOf(keys).keys);
  const head = judged.verdict.head;
  const witnesses = head?.cosignatures.filter(({ time }) => time !== null) ?? [];
  return (
    <>
      <KeyValues
        rows={[
          [t("evidence.leaf"), <Code key="leaf" text={judged.leaf} shown={`${judged.leaf.slice(0, 6)}…${judged.leaf.slice(-6)}`} />],
          [t("evidence.tree"), head ? head.size.toLocaleString("en") : "—"],
          [t("evidence.path"), judged.verdict.ok ? <span className="ok">{t("evidence.path.ok", { n: judged.path })}</span> : <span className="no">{t("evidence.path.bad")}</span>],
          [t("evidence.witnesses"), witnesses.length > 0 ? t("evidence.witnesses.n", { n: witnesses.length, time: minute(witnesses[0]!.time! * 1000) }) : t("evidence.witnesses.none")],
        ]}
      />
      <p className="log-verbs no-print">
        <Button size="small" icon={<Icon name="export" />} href={receiptAddress(of.uid)} download={`${of.leaf}.receipt`}>
          {t("evidence.receipt")}
        </Button>
        <Link className="button" to="/receipts">
          {t("evidence.receipt.page")}
        </Link>
      </p>
    </>
  );
}
