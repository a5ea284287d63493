/* The facet of applicants: names that are one applicant by rule or by hand, united and parted by records of the type
 * applicant_name, each step with its undo. */
import "../../ui/controls.css";
import "./applicant-facet.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { readRecord, typesOf } from "../../api/records.ts";
import { newKey } from "../../api/submit-key.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { errorOf, useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { quoted } from "./filters.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { OneFacet, type FacetData, type FacetValue } from "./one-facet.tsx";

const TYPE = "applicant_name";
const NAMES_MAX = 20; // that a value lists

interface Group {
  name: string;
  names: readonly string[];
  apart: boolean;
}

interface Done {
  text: string;
  undo: () => Promise<unknown>;
  before?: string; // what was chosen
}

const create = async (group: Group) =>
  (await take(api.POST("/api/v1/records/{type}", { params: { path: { type: TYPE }, header: { "Idempotency-Key": newKey() } }, body: { ...group } }))).id;

const read = (id: number) => readRecord<Group & { version: number }>(TYPE, id);

async function end(id: number): Promise<Group> {
  const { version, name, names } = await read(id);
  await take(api.POST("/api/v1/records/{type}/{id}/actions/{action}", { params: { path: { type: TYPE, id, action: "end" }, header: { "If-Match": `"${version}"`, "Idempotency-Key": newKey() } }, body: {} }));
  return { name, names: names ?? [], apart: false };
}

const labelOf = ({ value, label = value }: FacetValue) => label;

/* As a filter takes it. */
const valueOf = (name: string) => (/[,，]/.test(name) ? quoted(name) : name.replace(/["*＊]/g, ""));

/* The last step, kept by the list of facets: a facet is gone while its counts are read for other filters. */
export function useStep() {
  const cache = useQueryClient();
  const [done, setDone] = useState<Done>();
  const [failed, setFailed] = useState("");
  /* Does a step and reads the counts anew. */
  const step = async (act: () => Promise<Done | undefined>) => {
    setFailed("");
    try {
      setDone(await act());
      await cache.invalidateQueries();
    } catch (failure) {
      setFailed(errorOf(failure).message);
    }
  };
  return { done, failed, step };
}

export type Step = ReturnType<typeof useStep>;

interface Props {
  facet: FacetData;
  chosen: readonly string[];
  toggle: (value: string) => void;
  choose: (values: string | null) => void;
  step: Step["step"];
}

export function ApplicantFacet({ facet, chosen, toggle, choose, step }: Props) {
  const t = useText();
  const may = !!useQuery(typesOf(useLanguage())).data?.items.find(({ name }) => name === TYPE)?.may.includes("create");
  const [uniting, setUniting] = useState<readonly FacetValue[]>();
  const rows = facet.values.filter(({ value }) => chosen.includes(value));
  const unite = async (group: Group) => {
    const id = await create(group);
    await step(() => {
      choose(valueOf(group.name));
      return Promise.resolve({ text: t("applicants.united", { name: group.name }), undo: () => end(id), before: chosen.join(",") });
    });
  };
  const part = (one: FacetValue) =>
    step(async () => {
      const text = t("applicants.parted", { name: labelOf(one) });
      if (!one.groups) {
        const id = await create({ name: labelOf(one), names: one.names ?? [], apart: true });
        return { text, undo: () => end(id) };
      }
      const ended = await Promise.all(one.groups.map(end));
      return { text, undo: () => Promise.all(ended.map(create)) };
    });

  return (
    <>
      <OneFacet
        facet={facet}
        chosen={chosen}
        toggle={toggle}
        below={(one) => one.names && <Names value={one} part={may ? () => void part(one) : undefined} />}
        foot={
          may && (
            <button type="button" className="text-button" disabled={rows.length < 2} title={rows.length < 2 ? t("applicants.unite.why") : undefined} onClick={() => setUniting(rows)}>
              {t("applicants.unite")}
            </button>
          )
        }
      />
      {uniting && <Unite rows={uniting} unite={unite} onClose={() => setUniting(undefined)} />}
    </>
  );
}

export function StepNote({ step: { done, failed, step }, choose }: { step: Step; choose: (values: string) => void }) {
  const t = useText();
  const undo = async () => {
    await done?.undo();
    if (done?.before) choose(done.before);
    return undefined;
  };
  if (failed)
    return (
      <Note tone="mend" role="alert">
        {failed}
      </Note>
    );
  return done ? (
    <Note role="status">
      <Data text={done.text} />{" "}
      <button type="button" className="text-button" onClick={() => void step(undo)}>
        {t("applicants.undo")}
      </button>
    </Note>
  ) : null;
}

/* The names of a value, listed when opened. */
function Names({ value: { names = [] }, part }: { value: FacetValue; part?: () => void }) {
  const t = useText();
  return (
    <details className="applicant-names">
      <summary>{t("applicants.names", { n: names.length < NAMES_MAX ? names.length : `${NAMES_MAX}+` })}</summary>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <Data text={name} />
          </li>
        ))}
      </ul>
      {part && (
        <button type="button" className="text-button" onClick={part}>
          {t("applicants.part")}
        </button>
      )}
    </details>
  );
}

function Unite({ rows, unite, onClose }: { rows: readonly FacetValue[]; unite: (group: Group) => Promise<void>; onClose: () => void }) {
  const t = useText();
  const labels = rows.map(labelOf);
  const [name, setName] = useState(labels[0]!);
  const { busy, error, act } = useAct();
  const go = async () => {
    // A value lists the names that this search found; its groups may have others.
    const groups = await Promise.all(rows.flatMap(({ groups = [] }) => groups.map(read)));
    const more = groups.flatMap(({ names }) => names ?? []);
    await unite({ name: name.trim(), names: [...new Set([...rows.flatMap((one) => one.names ?? [labelOf(one)]), ...more])], apart: false });
    onClose();
  };
  return (
    <Dialog
      title={t("applicants.unite.title", { n: rows.length })}
      width={480}
      onClose={onClose}
      footer={
        <div className="applicant-verbs">
          <Link to={`/r/${TYPE}`}>{t("applicants.all")}</Link>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} disabled={!name.trim()} onClick={() => void act(go)}>
            {t("applicants.unite")}
          </Button>
        </div>
      }
    >
      <fieldset className="applicant-standard">
        <legend>{t("applicants.standard")}</legend>
        {labels.map((label) => (
          <label key={label}>
            <input type="radio" name="applicant" checked={name === label} onChange={() => setName(label)} />
            <Data text={label} />
          </label>
        ))}
        <input className="input" aria-label={t("applicants.standard")} maxLength={300} value={name} onChange={(event) => setName(event.target.value)} />
      </fieldset>
      <ErrorNote error={error} />
    </Dialog>
  );
}
