/* The text of a match: typed, pasted, of a file, or of a demand. */
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import { api, Problem, take } from "../../api/client.ts";
import { listOf } from "../../api/records.ts";
import { sendFile } from "../../api/uploads.ts";
import { errorOf } from "../../ui/act.ts";
import { Data, languageOf } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { composing } from "../../ui/keys.ts";
import { ErrorNote } from "../../ui/note.tsx";
import { Empty, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";

const SHORT = 40;
const MOST = 20_000; // characters that a record takes
const kinds = ["docx", "pdf", "txt"];

interface Props {
  typed: string;
  setTyped: (text: string) => void;
  go: () => void;
  busy: boolean;
  error?: Error;
  pick: (demand: number) => void;
}

export function TextPane({ typed, setTyped, go, busy, error, pick }: Props) {
  const t = useText();
  const picker = useRef<HTMLInputElement>(null);
  const [demands, setDemands] = useState(false);
  const [over, setOver] = useState(false);
  const [told, setTold] = useState<{ text: string; fault: boolean }>();
  const read = async (file: File | undefined) => {
    if (!file) return;
    setTold({ text: t("match.file.reading", { name: file.name }), fault: false });
    try {
      if (!kinds.includes(file.name.split(".").pop()?.toLowerCase() ?? "")) throw new Error(t("match.file.kinds"));
      const { digest } = await sendFile(file, {}, () => {}, new AbortController().signal);
      const { text, whole } = await take(api.GET("/api/v1/files/{digest}/text", { params: { path: { digest } } }));
      const characters = [...text.trim()];
      setTyped(characters.slice(0, MOST).join(""));
      setTold(whole && characters.length <= MOST ? undefined : { text: t("match.file.cut", { n: Math.min(characters.length, MOST).toLocaleString("en") }), fault: false });
    } catch (failure) {
      setTold({ text: failure instanceof Problem || !(failure instanceof TypeError) ? errorOf(failure).message : t("common.noAnswer"), fault: true });
    }
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || composing(event)) return;
    event.preventDefault();
    if (typed.trim()) go();
  };
  const length = [...typed.trim()].length;
  const wrong = error ? (error instanceof Problem ? [error.message, ...error.faults.map(({ message }) => message)].join(" ") : t("common.noAnswer")) : told?.fault ? told.text : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <div className="match-head">
        <h1>
          <label htmlFor="match-text">{t("match.text")}</label>
        </h1>
        <span>
          <button type="button" className="button small" onClick={() => setDemands(true)}>
            {t("match.demand")}
          </button>{" "}
          <button type="button" className="button small" onClick={() => picker.current?.click()}>
            {t("match.file")}
          </button>
          <input
            ref={picker}
            type="file"
            hidden
            aria-label={t("match.file")}
            accept={kinds.map((kind) => `.${kind}`).join(",")}
            onChange={(event) => {
              void read(event.target.files?.[0]);
              event.target.value = "";
            }}
          />
        </span>
      </div>
      <textarea
        id="match-text"
        className={over ? "over" : undefined}
        lang={languageOf(typed)}
        value={typed}
        placeholder={t("match.placeholder")}
        autoFocus={!typed}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={press}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes("Files")) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      />
      <div className="match-foot">
        <span className="quiet" role="status">
          {told && !told.fault ? told.text : length > 0 && t(length < SHORT ? "match.short" : "match.length", { n: length.toLocaleString("en") })}
        </span>
        <button type="submit" className="button primary" disabled={!typed.trim() || busy}>
          {t("match.go")} <kbd>Ctrl Enter</kbd>
        </button>
      </div>
      <ErrorNote error={wrong} />
      {demands && <Demands pick={pick} onClose={() => setDemands(false)} />}
    </form>
  );
}

/* Demands that the reader may see, the latest first. */
function Demands({ pick, onClose }: { pick: (demand: number) => void; onClose: () => void }) {
  const t = useText();
  const [words, setWords] = useState("");
  const found = useQuery(listOf("demand", { q: words.trim() || undefined, fields: "title,industry", sort: "-id", limit: 50 }));
  return (
    <Dialog
      title={t("match.demand")}
      onClose={onClose}
      footer={
        <button type="button" className="button" onClick={onClose}>
          {t("common.cancel")}
        </button>
      }
    >
      <input className="input match-words" aria-label={t("match.demand.words")} placeholder={t("match.demand.words")} value={words} onChange={(event) => setWords(event.target.value)} />
      {!found.data && !found.error && <Waiting rows={3} />}
      {(found.error ?? found.data?.items.length === 0) && <Empty title={t("match.demand.none")} />}
      <ul className="match-demands">
        {found.data?.items.map((row) => (
          <li key={Number(row.id)}>
            <button
              type="button"
              className="link-button"
              onClick={() => {
                pick(Number(row.id));
                onClose();
              }}
            >
              <Data text={String(row.title)} />
            </button>
            {!!row.industry && <small><Data text={String(row.industry)} /></small>}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
