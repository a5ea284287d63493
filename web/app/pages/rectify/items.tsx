/* The demands of a rectification, one row each: the office writes them before the notice, the centre replies with files, the
 * fact now is counted, the office checks again. Each row is saved as soon as it is left. */
import { useId, useState } from "react";
import type { Case } from "../../api/cases.ts";
import { Problem } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { errorOf } from "../../ui/act.ts";
import { Data } from "../../ui/data.tsx";
import { useDraft, type Kept } from "../../ui/draft.ts";
import { isOffice } from "../../rooms/case/duties.ts";
import { useKeys } from "../../ui/keys.ts";
import { Section, type Matter } from "../../rooms/case/matter.tsx";
import { Note } from "../../ui/note.tsx";
import { day } from "../../ui/time.ts";
import { FileName, Upload, type FileValue } from "../../fields/upload.tsx";
import { useText, type Translate } from "../../text/index.ts";
import { DemandRows } from "./demands.tsx";
import { Fact } from "./fact.tsx";
import { Changed, rowsAt, useSaveRows, withRows, type Item, type Rectification, type Result } from "./rows.ts";

export function Items({ matter, row }: { matter: Matter; row: Rectification }) {
  const t = useText();
  const { of } = matter;
  const may = (...actions: string[]) => actions.find((action) => row._may.includes(action));
  const items = row.items ?? [];
  if (may("order")) return <DemandRows of={of} row={row} />;
  const replied = items.filter(({ n }) => rowsAt(row.replies, n).length > 0).length;
  return (
    <Section title={t("rectify.items")} facts={items.length > 0 && t("rectify.items.n", { n: items.length, replied })}>
      {items.length === 0 ? <p className="quiet">{t("rectify.items.none")}</p> : <Rows of={of} row={row} items={items} answers={may("answer")} checks={may("check", "check_answered")} />}
      <Opinion row={row} action={may("check", "check_answered")} />
    </Section>
  );
}

interface RowsProps {
  of: Case;
  row: Rectification;
  items: readonly Item[];
  answers?: string; // the action that saves a reply; absent: it is not the reader's
  checks?: string;
}

function Rows({ of, row, items, answers, checks }: RowsProps) {
  const t = useText();
  const office = isOffice(useSession());
  const checked = !!checks || !!row.rechecks?.length;
  const save = useSaveRows(row.id);
  const [error, setError] = useState<Error>();
  const recheck = async (n: number, result: Result | undefined) => {
    setError(undefined);
    const next = result ? [{ n, result, on: day(serverNow()) }] : [];
    await save(checks!, (now) => rowsAt(now.rechecks, n), rowsAt(row.rechecks, n), next, (now) => ({ rechecks: withRows(now.rechecks, n, next) })).catch(setError);
  };
  const check = (result: Result) => () => {
    const n = Number(document.activeElement?.closest<HTMLElement>("tr[data-n]")?.dataset.n ?? items.find((one) => rowsAt(row.rechecks, one.n).length === 0)?.n ?? 0);
    if (n) void recheck(n, result);
  };
  useKeys(checks ? [{ keys: "y", label: t("rectify.key.pass"), run: check("pass") }, { keys: "n", label: t("rectify.key.fail"), run: check("fail") }] : []);
  return (
    <>
      {error && <SaveFault error={error} />}
      <table className={`plain-table rectify-items${checked ? " rectify-checked" : ""}`}>
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">{t("rectify.demand")}</th>
            <th scope="col">{t("rectify.reply")}</th>
            <th scope="col">{t("rectify.fact")}</th>
            {checked && <th scope="col">{t("rectify.recheck")}</th>}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.n} data-n={item.n} tabIndex={checks ? 0 : undefined}>
              <td>{item.n}</td>
              <td>
                <b>
                  <Data text={item.demand} />
                </b>
                {item.clause && (
                  <small>
                    <Data text={item.clause} />
                  </small>
                )}
              </td>
              <td>{answers ? <Answer key={item.n} of={of} row={row} item={item} action={answers} /> : <Reply row={row} n={item.n} office={office} open={row.state === "active"} />}</td>
              <td>
                <Fact pack={of.pack} party={of.party.credit_code} item={item} />
              </td>
              {checked && (
                <td>
                  {checks ? (
                    <Check item={item} chosen={rowsAt(row.rechecks, item.n)[0]?.result} put={(result) => void recheck(item.n, result)} />
                  ) : (
                    <Checked result={rowsAt(row.rechecks, item.n)[0]?.result} />
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

export function SaveFault({ error }: { error: Error }) {
  const t = useText();
  const words = error instanceof Changed ? t("rectify.changed") : error instanceof Problem ? [error.message, ...error.faults.map(({ message }) => message)].filter((one, i, all) => all.indexOf(one) === i).join(" ") : t("common.noAnswer");
  return (
    <Note tone="mend" role="alert">
      <Data text={words} />
    </Note>
  );
}

/* --- the reply ------------------------------------------------------------------------------------ */

function Reply({ row, n, office, open }: { row: Rectification; n: number; office: boolean; open: boolean }) {
  const t = useText();
  const [reply] = rowsAt(row.replies, n);
  const files = rowsAt(row.reply_files, n);
  return (
    <>
      {reply ? <Data text={reply.text} /> : <span className={office && open ? "near" : "quiet"}>{t("rectify.unreplied")}</span>}
      {files.map(({ file }) => (
        <small key={file.digest}>
          <FileName file={file} />
        </small>
      ))}
      {reply && files.length === 0 && <small>{t("rectify.nofile")}</small>}
    </>
  );
}

interface Typed extends Kept {
  text: string;
  before: string; // what stood there when it was begun
}

/* The centre's words and files about a demand. What was typed is kept here until the program has it. */
function Answer({ of, row, item, action }: { of: Case; row: Rectification; item: Item; action: string }) {
  const t = useText();
  const id = useId();
  const save = useSaveRows(row.id);
  const { n } = item;
  const stored = rowsAt(row.replies, n)[0]?.text ?? "";
  const files = rowsAt(row.reply_files, n).map(({ file }) => file);
  const [draft, setDraft, clear] = useDraft<Typed | null>(`rectify.${row.id}.${n}`, null);
  const [state, setState] = useState<"saving" | "saved">();
  const [error, setError] = useState<Error>();
  const text = draft?.text ?? stored;
  const run = async (work: Promise<void>, done?: () => void) => {
    setState("saving");
    setError(undefined);
    try {
      await work;
      done?.();
      setState("saved");
    } catch (failure) {
      setError(errorOf(failure));
      setState(undefined);
    }
  };
  const put = (before: string, words: string) => {
    const rows = (one: string) => (one.trim() ? [{ n, text: one.trim() }] : []);
    return run(
      save(action, (now) => rowsAt(now.replies, n), rows(before), rows(words), (now) => ({ replies: withRows(now.replies, n, rows(words)) })),
      clear,
    );
  };
  const attach = (next: FileValue[]) => {
    const rows = (all: readonly FileValue[]) => all.map((file) => ({ n, file }));
    return run(save(action, (now) => rowsAt(now.reply_files, n), rows(files), rows(next), (now) => ({ reply_files: withRows(now.reply_files, n, rows(next)) })));
  };
  const label = t("rectify.reply.to", { n });
  return (
    <div className="rectify-answer">
      <textarea
        id={id}
        className="input"
        rows={2}
        aria-label={label}
        value={text}
        placeholder={t("rectify.reply.hint")}
        onChange={(event) => {
          setState(undefined);
          setDraft({ text: event.target.value, before: draft?.before ?? stored, title: `${label}${t("common.colon")}${item.demand}`, to: `/rectify/${of.id}`, at_ms: serverNow() });
        }}
        onBlur={() => {
          if (draft && !error) void put(draft.before, draft.text);
        }}
      />
      {error instanceof Changed ? (
        <Theirs
          theirs={((error.theirs as { text: string }[])[0]?.text ?? "") as string}
          keep={() => void put((error.theirs as { text: string }[])[0]?.text ?? "", text)}
          take={() => {
            clear();
            setError(undefined);
          }}
        />
      ) : (
        error && (
          <>
            <SaveFault error={error} />
            {draft && (
              <button type="button" className="button small" onClick={() => void put(draft.before, draft.text)}>
                {t("rectify.again")}
              </button>
            )}
          </>
        )
      )}
      <Upload many files={files} onChange={(next) => void attach(next)} label={t("rectify.files.of", { n })} />
      <small role="status">{state ? t(`rectify.${state}`) : draft ? t("rectify.typed") : ""}</small>
    </div>
  );
}

/* Somebody of the same unit replied meanwhile. */
function Theirs({ theirs, keep, take }: { theirs: string; keep: () => void; take: () => void }) {
  const t = useText();
  return (
    <Note tone="told" role="alert">
      <p>{t("rectify.changed")}</p>
      <p>{theirs ? <Data text={theirs} /> : t("rectify.unreplied")}</p>
      <p>
        <button type="button" className="button small" onClick={keep}>
          {t("rectify.keep.mine")}
        </button>{" "}
        <button type="button" className="button small" onClick={take}>
          {t("rectify.keep.theirs")}
        </button>
      </p>
    </Note>
  );
}

/* --- the re-check --------------------------------------------------------------------------------- */

const results = ["pass", "fail"] as const;

/* Pass or fail; neither means not yet checked. A second click takes the result back. */
function Check({ item, chosen, put }: { item: Item; chosen?: Result; put: (result: Result | undefined) => void }) {
  const t = useText();
  return (
    <div className="rectify-segs" role="group" aria-label={t("rectify.recheck.of", { n: item.n })}>
      {results.map((result) => (
        <button key={result} type="button" aria-pressed={chosen === result} onClick={() => put(chosen === result ? undefined : result)}>
          {t(`rectify.${result}`)}
        </button>
      ))}
    </div>
  );
}

function Checked({ result }: { result?: Result }) {
  const t = useText();
  return <span className={result === "fail" ? "no" : result ? "ok" : "quiet"}>{result ? glyph(t, result) : t("rectify.unchecked")}</span>;
}

const glyph = (t: Translate, result: Result) => `${result === "pass" ? "✓" : "✕"} ${t(`rectify.${result}`)}`;

interface Written extends Kept {
  text: string;
}

function Opinion({ row, action }: { row: Rectification; action?: string }) {
  const t = useText();
  const save = useSaveRows(row.id);
  const stored = row.opinion ?? "";
  const [draft, setDraft, clear] = useDraft<Written | null>(`rectify.${row.id}.opinion`, null);
  const [error, setError] = useState<Error>();
  if (!action)
    return stored ? (
      <div className="rectify-opinion">
        <h3>{t("rectify.opinion")}</h3>
        <p>
          <Data text={stored} />
        </p>
      </div>
    ) : null;
  const text = draft?.text ?? stored;
  return (
    <div className="rectify-opinion">
      <label>
        <b>{t("rectify.opinion")}</b> <small>{t("rectify.opinion.hint")}</small>
        <textarea
          className="input"
          rows={2}
          value={text}
          onChange={(event) => setDraft({ text: event.target.value, title: t("rectify.opinion"), to: location.pathname.replace(/^.*(?=\/rectify)/, ""), at_ms: serverNow() })}
          onBlur={() => {
            setError(undefined);
            if (draft) void save(action, (now) => now.opinion ?? "", stored, text.trim(), () => ({ opinion: text.trim() || null })).then(clear, setError);
          }}
        />
      </label>
      {error && <SaveFault error={error} />}
    </div>
  );
}

