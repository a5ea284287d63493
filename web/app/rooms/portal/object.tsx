/* An objection to a list that is public: in one's own name or without, with files; afterwards what became of it, by the
 * number and the code that were given. */
import { useId, useState, type FormEvent } from "react";
import { api, ask, base, Offline, Problem, take, type Schemas } from "../../api/client.ts";
import { Link } from "react-router";
import { type Key, useText } from "../../text/index.ts";
import { Data, Facts } from "./parts.tsx";
import { errorOf, useAct } from "../../ui/act.ts";
import { minute } from "../../ui/time.ts";

const MOST_FILES = 5;

interface Made {
  number: string;
  code: string;
  failed: string[]; // files that were not taken, with why
}

interface Said {
  named: boolean;
  objector: string;
  contact: string;
  ground: string;
  content: string;
  complains_of: string;
}

/* Who has signed in in this browser may object, too: the server asks for the token of that session. */
async function tokenOf(): Promise<Record<string, string>> {
  const { csrf } = await take(api.GET("/api/v1/session"));
  return csrf ? { "X-CSRF-Token": csrf } : {};
}

async function sendFile({ number, code }: { number: string; code: string }, file: File): Promise<void> {
  const url = `${base}/api/v1/public/objections/${number}/files?${new URLSearchParams({ code, name: file.name })}`;
  await ask(new Request(url, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream", ...(await tokenOf()) } }));
}

/* Sends one after the other; those that were not taken, with why. */
async function sendFiles(to: { number: string; code: string }, files: readonly File[], told: (failure: unknown) => string): Promise<string[]> {
  const failed: string[] = [];
  for (const file of files) await sendFile(to, file).catch((failure: unknown) => failed.push(`${file.name} ${told(failure)}`));
  return failed;
}

function useTold() {
  const t = useText();
  return (failure: unknown) => {
    if (failure instanceof Offline) return t("common.noAnswer");
    const [fault] = failure instanceof Problem ? failure.faults : [];
    const message = fault?.message ?? errorOf(failure).message;
    return fault?.code === "late" ? t("portal.object.late", { why: message }) : message;
  };
}

const FILES = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg";
const receiptOf = ({ number, code }: { number: string; code: string }) => `${base}/api/v1/public/objections/${number}/receipt?${new URLSearchParams({ code })}`;

function Failed({ files }: { files: readonly string[] }) {
  const t = useText();
  return files.map((one) => (
    <p key={one} className="warn" role="alert">
      {t("portal.object.failed")} <Data>{one}</Data>
    </p>
  ));
}

/* Number and code as they are kept: copied, printed, with the receipt. */
function Taken({ of }: { of: Made }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(`${t("portal.object.number")} ${of.number}\n${t("portal.object.code")} ${of.code}`).then(() => setCopied(true));
  return (
    <div role="status">
      <p>
        <strong>{t("portal.object.made")}</strong>
      </p>
      <dl className="facts">
        <div>
          <dt>{t("portal.object.number")}</dt>
          <dd className="mono">{of.number}</dd>
        </div>
        <div>
          <dt>{t("portal.object.code")}</dt>
          <dd className="mono">{of.code}</dd>
        </div>
      </dl>
      <p className="note">{t("portal.object.keep")}</p>
      <p className="object-verbs no-print">
        {navigator.clipboard && (
          <button type="button" className="button" onClick={copy}>
            {t(copied ? "portal.object.copied" : "portal.object.copy")}
          </button>
        )}
        <button type="button" className="button" onClick={() => print()}>
          {t("portal.print")}
        </button>
        <a className="button" href={receiptOf(of)} download={`${of.number}.tlog-proof`}>
          {t("portal.object.receipt")}
        </a>
      </p>
      <p className="note">
        <Link to="/objection">{t("portal.object.ask")}</Link>
      </p>
      <Failed files={of.failed} />
    </div>
  );
}

/* `named`: the policy takes objections in one's own name only. */
export function ObjectForm({ id, named: only }: { id: number; named?: boolean }) {
  const t = useText();
  const form = useId();
  const [said, setSaid] = useState<Said>({ named: true, objector: "", contact: "", ground: "", content: "", complains_of: "" });
  const [files, setFiles] = useState<File[]>([]);
  const [made, setMade] = useState<Made>();
  const { busy, error, act } = useAct();
  const told = useTold();
  const send = async () => {
    const { named, objector, contact, complains_of, ...rest } = said;
    const body = { ...rest, named, ...(named && { objector }), ...(contact && { contact }), ...(complains_of && { complains_of }) };
    const { number, code } = await take(api.POST("/api/v1/public/publicity/{id}/objections", { params: { path: { id } }, body, headers: await tokenOf() }));
    setMade({ number, code, failed: await sendFiles({ number, code }, files, told) });
  };
  if (made) return <Taken of={made} />;
  const field = (name: Exclude<keyof Said, "named">, label: Key, { required = false, long = false } = {}) => {
    const props = { id: form + name, required, value: said[name], onChange: (event: { target: { value: string } }) => setSaid({ ...said, [name]: event.target.value }) };
    return (
      <p className="object-field">
        <label htmlFor={form + name}>
          {t(label)}
          {required && <small> {t("common.required")}</small>}
        </label>
        {long ? <textarea className="input" rows={5} maxLength={10000} {...props} /> : <input className="input" maxLength={300} {...props} />}
      </p>
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(send);
      }}
      aria-label={t("portal.object.do")}
    >
      {!only && (
        <fieldset className="object-named">
          <legend>{t("portal.object.name")}</legend>
          {[true, false].map((named) => (
            <label key={String(named)}>
              <input type="radio" name={`${form}named`} checked={said.named === named} onChange={() => setSaid({ ...said, named })} /> {t(named ? "portal.object.named" : "portal.object.unnamed")}
            </label>
          ))}
        </fieldset>
      )}
      {said.named && field("objector", "portal.object.objector", { required: true })}
      {field("contact", "portal.object.contact", { required: said.named })}
      {field("ground", "portal.object.ground", { required: true })}
      {field("content", "portal.object.content", { required: true, long: true })}
      {field("complains_of", "portal.object.officers")}
      <p className="object-field">
        <label htmlFor={`${form}files`}>{t("portal.object.files")}</label>
        <input id={`${form}files`} type="file" multiple accept={FILES} onChange={(event) => setFiles([...(event.target.files ?? [])].slice(0, MOST_FILES))} />
      </p>
      {error && (
        <p className="warn" role="alert">
          {told(error)}
        </p>
      )}
      <button type="submit" className="button primary" disabled={busy}>
        {t("portal.object.do")}
      </button>
    </form>
  );
}

/* By number and code, also after the period: the answer, and files that come later. */
export function AskObjection() {
  const t = useText();
  const form = useId();
  const told = useTold();
  const [asked, setAsked] = useState({ number: "", code: "" });
  const [found, setFound] = useState<Schemas["PublicObjection"]>();
  const [failed, setFailed] = useState<string[]>([]);
  const [error, setError] = useState<string>();
  const to = { number: asked.number.trim(), code: asked.code.trim() };
  const read = async () => {
    setError(undefined);
    try {
      setFound(await take(api.GET("/api/v1/public/objections/{number}", { params: { path: { number: to.number }, query: { code: to.code } } })));
    } catch (failure) {
      setFound(undefined);
      setError(told(failure));
    }
  };
  const look = (event: FormEvent) => {
    event.preventDefault();
    setFailed([]);
    void read();
  };
  const add = async (files: readonly File[]) => {
    setFailed(await sendFiles(to, files, told));
    await read();
  };
  return (
    <>
      <form className="no-print" onSubmit={look}>
        {(["number", "code"] as const).map((name) => (
          <p key={name} className="object-field">
            <label htmlFor={form + name}>{t(`portal.object.${name}`)}</label>
            <input
              className="input"
              id={form + name}
              required
              autoComplete="off"
              value={asked[name]}
              onChange={(event) => {
                setAsked({ ...asked, [name]: event.target.value });
                setFound(undefined);
              }}
            />
          </p>
        ))}
        <button type="submit" className="button">
          {t("portal.object.look")}
        </button>
      </form>
      {error && (
        <p className="warn" role="alert">
          {error}
        </p>
      )}
      {found && <Answer of={found} to={to} failed={failed} add={(files) => void add(files)} />}
    </>
  );
}

/* What became of an objection, with its receipt; while it is open, more files. */
function Answer({ of, to, failed, add }: { of: Schemas["PublicObjection"]; to: { number: string; code: string }; failed: readonly string[]; add: (files: readonly File[]) => void }) {
  const t = useText();
  const id = useId();
  return (
    <div role="status">
      <Facts
        look="facts object-answer"
        rows={[
          ["portal.object.state", <strong>{t(of.state === "open" ? "portal.object.open" : of.upheld ? "portal.object.result.upheld" : "portal.object.result.dismissed")}</strong>],
          ["portal.object.received", minute(of.received)],
          ["portal.object.settled", of.settled_on],
          ["portal.object.conclusion", of.conclusion && <Data>{of.conclusion}</Data>],
          ["portal.object.sent", of.files.length === 0 ? t("portal.object.sent.none") : of.files.map(({ digest, name }) => <div key={digest}><Data>{name}</Data></div>)],
        ]}
      />
      {of.state === "open" && of.files.length < MOST_FILES && (
        <p className="object-field no-print">
          <label htmlFor={id}>{t("portal.object.add")}</label>
          <input id={id} type="file" multiple accept={FILES} onChange={(event) => add([...(event.target.files ?? [])])} />
        </p>
      )}
      <p className="object-verbs no-print">
        <a className="button" href={receiptOf(to)} download={`${to.number}.tlog-proof`}>
          {t("portal.object.receipt")}
        </a>
      </p>
      <Failed files={failed} />
    </div>
  );
}
