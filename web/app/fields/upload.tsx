/* Files of a field: dropped, picked or taken from those that are there already. Limits are said before anything is
 * sent; each file shows its progress and can be cancelled or tried again. */
import "../ui/controls.css";
import "./upload.css";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from "react";
import { api, Problem, take } from "../api/client.ts";
import { listOf } from "../api/records.ts";
import { fileAddress, sendFile, type FileValue, type Sending } from "../api/uploads.ts";
import { useText, type Translate } from "../text/index.ts";
import { Data } from "../ui/data.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { PaperPages } from "../ui/paper-view.tsx";
import { ProofForm } from "./proof.tsx";

export type { FileValue };

interface Job extends Sending {
  key: number;
  file: File;
  done: number;
  error?: string;
  stop: AbortController;
}

interface Props {
  files: readonly FileValue[];
  onChange: (files: FileValue[]) => void;
  many?: boolean;
  accept?: readonly string[]; // extensions
  sealed?: boolean; // kept encrypted, and each reading logged
  id?: string;
  label: string;
  note?: string; // id of its hint or error
  invalid?: boolean;
}

export function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let at = 0;
  for (; bytes >= 1024 && at < units.length - 1; at++) bytes /= 1024;
  return `${at === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1).replace(/\.0$/, "")} ${units[at]}`;
}

let keys = 0;

/* The jobs of a field. What the form holds may change while a file is under way, so the latest is kept at hand. */
function useJobs(files: readonly FileValue[], onChange: Props["onChange"], many: boolean, sealed: boolean, refuse: (file: File) => string | undefined) {
  const t = useText();
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const latest = useRef({ files, onChange });
  latest.current = { files, onChange };
  const running = useRef(jobs);
  running.current = jobs;
  useEffect(() => () => running.current.forEach(({ stop }) => stop.abort()), []);
  const change = (key: number, next: Partial<Job>) => setJobs((all) => all.map((one) => (one.key === key ? Object.assign(one, next) : one)).slice());
  const remove = (key: number) => setJobs((all) => all.filter((one) => one.key !== key));
  const run = async (job: Job) => {
    try {
      const made = await sendFile(job.file, job, (done) => change(job.key, { done }), job.stop.signal, sealed ? "secret" : undefined);
      const before = many ? latest.current.files.filter(({ digest }) => digest !== made.digest) : [];
      const next = [...before, made];
      latest.current.files = next; // until the form has drawn it
      latest.current.onChange(next);
      remove(job.key);
    } catch (error) {
      if (job.stop.signal.aborted) return remove(job.key);
      change(job.key, { error: error instanceof Problem ? error.message : t("common.noAnswer") });
    }
  };
  const add = (list: readonly File[]) => {
    for (const file of many ? list : list.slice(0, 1)) {
      const job: Job = { key: ++keys, file, done: 0, stop: new AbortController(), error: refuse(file) };
      setJobs((all) => [...all, job]);
      if (!job.error) void run(job);
    }
  };
  const again = (job: Job) => {
    change(job.key, { error: undefined });
    void run(job);
  };
  const cancel = (job: Job) => {
    job.stop.abort();
    remove(job.key);
  };
  return { jobs, add, again, cancel };
}

export function Upload({ files, onChange, many = false, accept = [], sealed = false, id, label, note, invalid }: Props) {
  const t = useText();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [reuses, setReuses] = useState(false);
  const limits = useQuery({ queryKey: ["file-limits"], queryFn: () => take(api.GET("/api/v1/file-limits")), staleTime: 60_000 }).data;
  const refuse = (file: File) => {
    const ending = file.name.split(".").pop()?.toLowerCase() ?? "";
    if (accept.length && !accept.includes(ending)) return t("upload.kind", { kinds: kindsText(accept, t) });
    if (limits && file.size > limits.file_bytes) return t("upload.large", { size: sizeText(limits.file_bytes) });
    return undefined;
  };
  const { jobs, add, again, cancel } = useJobs(files, onChange, many, sealed, refuse);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    add([...event.dataTransfer.files]);
  };
  const full = !many && files.length > 0;
  return (
    <div className="upload">
      {(files.length > 0 || jobs.length > 0) && (
        <ul className="upload-files">
          {files.map((file) => (
            <li key={file.digest}>
              <FileName file={file} sealed={sealed} />
              <button type="button" className="link-button" aria-label={t("upload.remove", { name: file.name })} onClick={() => onChange(files.filter(({ digest }) => digest !== file.digest))}>
                {t("fields.remove")}
              </button>
            </li>
          ))}
          {jobs.map((job) => (
            <li key={job.key} className={job.error ? "upload-wrong" : undefined}>
              <span>
                <Data text={job.file.name} /> <small>{sizeText(job.file.size)}</small>
                {job.error ? <em role="alert">{job.error}</em> : <progress aria-label={t("upload.progress", { name: job.file.name })} max={Math.max(1, job.file.size)} value={job.done} />}
              </span>
              {job.error && !refuse(job.file) && (
                <button type="button" className="link-button" onClick={() => again(job)}>
                  {t("common.retry")}
                </button>
              )}
              <button type="button" className="link-button" aria-label={t("upload.cancel", { name: job.file.name })} onClick={() => cancel(job)}>
                {t(job.error ? "fields.remove" : "common.cancel")}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div
        className={`upload-drop${over ? " over" : ""}${invalid ? " wrong" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={label}
          multiple={many}
          accept={accept.map((one) => `.${one}`).join(",") || undefined}
          onChange={(event) => {
            add([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <button type="button" id={id} className="button small" aria-label={`${t(full ? "upload.replace" : "upload.pick")} ${label}`} aria-describedby={note} onClick={() => picker.current?.click()}>
          {t(full ? "upload.replace" : "upload.pick")}
        </button>
        {!sealed && (
          <button type="button" className="button small" aria-label={`${t("upload.reuse")} ${label}`} onClick={() => setReuses(true)}>
            {t("upload.reuse")}
          </button>
        )}
        <span className="quiet">
          {[
            t("upload.drop"),
            accept.length > 0 && kindsText(accept, t),
            limits && t("upload.limit", { size: sizeText(limits.file_bytes) }),
            limits && t("upload.room", { size: sizeText(Math.max(0, limits.unit_bytes - limits.used_bytes)) }),
          ]
            .filter(Boolean)
            .join(t("upload.stop"))}
        </span>
      </div>
      {reuses && (
        <Reuse
          accept={accept}
          onClose={() => setReuses(false)}
          take={(file) => {
            onChange(many ? [...files.filter(({ digest }) => digest !== file.digest), file] : [file]);
            setReuses(false);
          }}
        />
      )}
    </div>
  );
}

const kindsText = (accept: readonly string[], t: Translate) => accept.map((one) => one.toUpperCase()).join(t("common.comma"));

const pictured = /\.(pdf|png|jpe?g)$/i;

/* A file's name: shows its pages where it has some, else fetches it. A sealed one is shown to who proves that it is still he. */
export function FileName({ file, sealed }: { file: FileValue; sealed?: boolean }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const fetches = (className: string, words: ReactNode) => (
    <a href={fileAddress(file)} download={file.name} className={className}>
      {words}
    </a>
  );
  if (!sealed && !pictured.test(file.name)) return fetches("upload-name", <Data text={file.name} />);
  return (
    <>
      <button type="button" className="link-button upload-name" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Data text={file.name} />
      </button>
      {open && (
        <Dialog
          title={t("upload.view")}
          width={860}
          onClose={() => setOpen(false)}
          footer={
            <span className="upload-verbs">
              {fetches("button", t("upload.fetch"))}
              <button type="button" className="button" onClick={() => setOpen(false)}>
                {t("common.close")}
              </button>
            </span>
          }
        >
          <PaperPages title={file.name} src={(page) => `/files/${file.digest}/pages/${page}.png`} denied={sealed ? (again) => <ProofForm onProved={again} /> : undefined} />
        </Dialog>
      )}
    </>
  );
}

/* Files that are there already, the latest first. */
function Reuse({ accept, take: pick, onClose }: { accept: readonly string[]; take: (file: FileValue) => void; onClose: () => void }) {
  const t = useText();
  const [words, setWords] = useState("");
  const found = useQuery(listOf("file", { q: words.trim() || undefined, fields: "name,digest,bytes", sort: "-id", limit: 50 }));
  const files = (found.data?.items ?? []).filter((row) => accept.length === 0 || accept.includes(String(row.name).split(".").pop()!.toLowerCase()));
  return (
    <Dialog
      title={t("upload.reuse")}
      onClose={onClose}
      footer={
        <button type="button" className="button" onClick={onClose}>
          {t("common.cancel")}
        </button>
      }
    >
      <input className="input upload-words" aria-label={t("upload.words")} placeholder={t("upload.words")} value={words} onChange={(event) => setWords(event.target.value)} />
      <ul className="upload-files">
        {files.map((row) => (
          <li key={String(row.id)}>
            <button type="button" className="link-button" onClick={() => pick({ digest: String(row.digest), name: String(row.name) })}>
              <Data text={String(row.name)} />
            </button>
            <small>{sizeText(Number(row.bytes))}</small>
          </li>
        ))}
        {found.data && files.length === 0 && <li>{t("upload.none")}</li>}
      </ul>
    </Dialog>
  );
}
