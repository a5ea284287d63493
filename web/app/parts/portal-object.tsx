/* An objection to a list that is public: in one's own name or without, with files; afterwards what became of it, by the
 * number and the code that were given. */
import { useId, useState, type FormEvent } from "react";
import { api, base, Offline, Problem, request, take, type Schemas } from "../api/client.ts";
import { type Key, useText } from "../text/index.ts";
import { Data } from "./portal-parts.tsx";

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

async function sendFile({ number, code }: { number: string; code: string }, file: File): Promise<void> {
  const url = `${base}/api/v1/public/objections/${number}/files?${new URLSearchParams({ code, name: file.name })}`;
  const answer = await request(new Request(url, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } }));
  if (!answer.ok) throw new Problem(answer.status, (await answer.json()) as Partial<Schemas["Problem"]>, answer.headers);
}

/* `named`: the policy takes objections in one's own name only. */
export function ObjectForm({ id, named: only }: { id: number; named?: boolean }) {
  const t = useText();
  const form = useId();
  const [said, setSaid] = useState<Said>({ named: true, objector: "", contact: "", ground: "", content: "", complains_of: "" });
  const [files, setFiles] = useState<File[]>([]);
  const [made, setMade] = useState<Made>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const told = (failure: unknown) => (failure instanceof Offline ? t("common.noAnswer") : (failure as Error).message);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const { named, objector, contact, complains_of, ...rest } = said;
      const body = { ...rest, named, ...(named && { objector }), ...(contact && { contact }), ...(complains_of && { complains_of }) };
      const { number, code } = await take(api.POST("/api/v1/public/publicity/{id}/objections", { params: { path: { id } }, body }));
      const failed: string[] = [];
      for (const file of files) await sendFile({ number, code }, file).catch((failure: unknown) => failed.push(`${file.name} ${told(failure)}`));
      setMade({ number, code, failed });
    } catch (failure) {
      setError(failure as Error);
    }
    setBusy(false);
  };
  if (made)
    return (
      <div role="status">
        <p>
          <strong>{t("portal.object.made")}</strong>
        </p>
        <dl className="facts">
          <div>
            <dt>{t("portal.object.number")}</dt>
            <dd className="mono">{made.number}</dd>
          </div>
          <div>
            <dt>{t("portal.object.code")}</dt>
            <dd className="mono">{made.code}</dd>
          </div>
        </dl>
        <p className="note">{t("portal.object.keep")}</p>
        {made.failed.map((one) => (
          <p key={one} className="warn" role="alert">
            {t("portal.object.failed")} <Data>{one}</Data>
          </p>
        ))}
      </div>
    );
  const field = (name: keyof Said & string, label: Key, { required = false, long = false } = {}) => {
    const props = { id: form + name, required, value: said[name] as string, onChange: (event: { target: { value: string } }) => setSaid({ ...said, [name]: event.target.value }) };
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
    <form onSubmit={(event) => void send(event)} aria-label={t("portal.object.do")}>
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
        <input id={`${form}files`} type="file" multiple accept=".pdf,.docx,.xlsx,.png,.jpg,.jpeg" onChange={(event) => setFiles([...(event.target.files ?? [])].slice(0, MOST_FILES))} />
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

/* By number and code, also after the period. */
export function ObjectionState() {
  const t = useText();
  const form = useId();
  const [asked, setAsked] = useState({ number: "", code: "" });
  const [found, setFound] = useState<Schemas["PublicObjection"]>();
  const [error, setError] = useState<string>();
  const look = async (event: FormEvent) => {
    event.preventDefault();
    setFound(undefined);
    setError(undefined);
    try {
      setFound(await take(api.GET("/api/v1/public/objections/{number}", { params: { path: { number: asked.number.trim() }, query: { code: asked.code.trim() } } })));
    } catch (failure) {
      setError(failure instanceof Offline ? t("common.noAnswer") : (failure as Error).message);
    }
  };
  return (
    <details className="no-print">
      <summary>{t("portal.object.look")}</summary>
      <form onSubmit={(event) => void look(event)}>
        {(["number", "code"] as const).map((name) => (
          <p key={name} className="object-field">
            <label htmlFor={form + name}>{t(`portal.object.${name}`)}</label>
            <input className="input" id={form + name} required value={asked[name]} onChange={(event) => setAsked({ ...asked, [name]: event.target.value })} />
          </p>
        ))}
        <button type="submit" className="button">
          {t("portal.object.look")}
        </button>
      </form>
      {error && <p role="alert">{error}</p>}
      {found && (
        <p role="status">
          {t(found.state === "open" ? "portal.object.open" : found.upheld ? "portal.object.upheld" : "portal.object.dismissed", { date: found.settled_on ?? "" })} {found.conclusion && <Data>{found.conclusion}</Data>}
        </p>
      )}
    </details>
  );
}
