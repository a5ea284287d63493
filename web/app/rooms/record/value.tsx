/* The value of a field as people read it. */
import "./value.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { listOf, recordPath, titleOf, typeOf, typesOf } from "../../api/records.ts";
import { isEmpty, kindOf, manyOf, neverOf, periodOf, type Field } from "../../fields/field.ts";
import { grouped } from "../../fields/number-input.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { usePolicyTitle, useWordOf } from "../../api/policies.ts";
import { minute } from "../../ui/time.ts";
import { FileName, type FileValue } from "../../fields/upload.tsx";

/* `bare`: without links and units, in a list whose rows are links and whose heads have the units. A member that an answer
 * leaves out is one that the reader may not see; null is not given. */
export function RecordValue({ field, value, bare }: { field: Field; value: unknown; bare?: boolean }) {
  const t = useText();
  if (value === undefined) return <span className="not-given">{t("records.noRight")}</span>;
  if (isEmpty(value)) return <span className="not-given">{t("records.notGiven")}</span>;
  switch (kindOf(field)) {
    case "boolean":
      return <>{t(value ? "fields.yes" : "fields.no")}</>;
    case "integer":
    case "decimal":
    case "money":
      return <>{grouped(value) + (bare ? "" : ` ${field.unit ?? (kindOf(field) === "money" ? t("fields.yuan") : "")}`)}</>;
    case "known_date":
      return <>{value === false ? t(neverOf(field)) : String(value)}</>;
    case "datetime":
      return <>{minute(String(value))}</>;
    case "period": {
      const { from, to } = periodOf(value);
      return <>{`${from ?? ""} → ${to ?? ""}`}</>;
    }
    case "enum": {
      const labels = manyOf(value).map((code) => field.choices?.find((one) => one.code === code)?.label);
      // Where the policies of this place offer no such code: by whichever policy has a word for it.
      if (field.coded && labels.includes(undefined))
        return <>{labels.map((label, i) => <span key={i} className="value-line">{label ? <Data text={label} /> : <Word code={String(manyOf(value)[i])} />}</span>)}</>;
      return <Words list={labels.map((label, i) => label ?? String(manyOf(value)[i]))} />;
    }
    case "region":
      return <RegionName code={String(value)} />;
    case "ref":
      return <>{manyOf(value).map((id, i) => <span key={String(id)}>{i > 0 && t("common.comma")}<RefLink type={field.to ?? ""} id={Number(id)} bare={bare} /></span>)}</>;
    case "file":
    case "files":
      return <>{manyOf<FileValue>(value).map((file) => <span key={file.digest} className="value-line">{bare ? <Data text={file.name} /> : <FileName file={file} sealed={field.secrecy === "secret"} />}</span>)}</>;
    case "patents":
    case "patent":
      return <>{manyOf(value).map((one) => <span key={String(one)} className="value-line mono">{bare ? String(one) : <Link to={`/patents?query=${encodeURIComponent(String(one))}`}>{String(one)}</Link>}</span>)}</>;
    case "party":
      return <span className="mono">{String(value)}</span>;
    case "texts":
      return <>{manyOf(value).map((one) => <span key={String(one)} className="value-line"><Data text={String(one)} /></span>)}</>;
    case "table":
      return <>{t("records.rows", { n: manyOf(value).length })}</>;
    case "programme":
      return <Programme pack={String(value)} />;
    case "record_type":
      return <TypeName name={String(value)} />;
    default:
      if (field.coded) return <Word code={String(value)} />;
      return /^[{[]/.test(String(value)) ? <code translate="no">{String(value)}</code> : <Data text={String(value)} />;
  }
}

function Words({ list }: { list: readonly string[] }) {
  const t = useText();
  return <Data text={list.join(t("common.comma"))} />;
}

/* Asked for as a list: one that may not be seen is an empty list, no failure. */
function RefLink({ type, id, bare }: { type: string; id: number; bare?: boolean }) {
  const t = useText();
  const language = useLanguage();
  const may = useQuery(typesOf(language)).data?.items.find(({ name }) => name === type)?.may.includes("read");
  const described = useQuery({ ...typeOf(type), enabled: !!may }).data;
  const { data: found, isPlaceholderData } = useQuery({ ...listOf(type, { filter: `id=${id}`, fields: described?.title, ended: true }), enabled: !!described });
  const row = found?.items.find((one) => one.id === id);
  if (row) return bare ? <Data text={titleOf(described, row, language)} /> : <Link to={recordPath(type, id)}><Data text={titleOf(described, row, language)} /></Link>;
  return <span className="not-given">{may === false || (found && !isPlaceholderData) ? t("records.noRight") : "…"}</span>;
}

function TypeName({ name }: { name: string }) {
  const types = useQuery(typesOf(useLanguage())).data?.items;
  return <Data text={types ? (types.find((one) => one.name === name)?.label ?? name) : "…"} />;
}

function Word({ code }: { code: string }) {
  return <Data text={useWordOf(code) || "…"} />;
}

/* A policy by the title of its document. */
function Programme({ pack }: { pack: string }) {
  return <Data text={usePolicyTitle()(pack) || "…"} />;
}

const codeOf = (digits: string) => digits.padEnd(6, "0");

/* 四川省成都市 */
function RegionName({ code }: { code: string }) {
  const name = usePlace(undefined, codeOf(code.slice(0, 2)));
  const city = usePlace(codeOf(code.slice(0, 2)), codeOf(code.slice(0, 4)));
  const county = usePlace(codeOf(code.slice(0, 4)), codeOf(code));
  const words = [name, city, county].filter((one, i, all) => one && all.indexOf(one) === i).join("");
  return <Data text={words || code} />;
}

function usePlace(under: string | undefined, code: string): string | undefined {
  const { data } = useQuery({
    queryKey: ["regions", under],
    queryFn: () => take(api.GET("/api/v1/regions", { params: { query: under ? { under } : {} } })),
    enabled: under !== code,
    staleTime: Infinity,
  });
  return under === code ? undefined : data?.items.find((one) => one.code === code)?.name;
}
