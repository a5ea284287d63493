/* Pages of a paper or file as pictures, one at a time: pager, zoom, the whole as PDF or Word. The picture's answer says
 * how many pages there are (X-Pages). Where no pictures can be made, why, and the whole. */
import "./controls.css";
import "./paper-view.css";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { base, Problem } from "../api/client.ts";
import { readAnswer } from "../api/json.ts";
import { useText } from "../text/index.ts";
import { Note } from "./note.tsx";

const zooms = [1, 1.5, 2] as const;
const WIDTH = 900; // of a picture, in pixels, at the first zoom
const atWidth = (src: string, width: number) => `${src}${src.includes("?") ? "&" : "?"}width=${width}`;

interface Props {
  title: string;
  src: (page: number) => string; // below /api/v1: "/files/…/pages/1.png"
  pdf?: string; // below /api/v1
  docx?: string;
  draft?: boolean;
  denied?: (again: () => void) => ReactNode; // in place of a refusal
  quote?: { word: string; act: (page: number) => void }; // a button that names the page elsewhere
}

export function PaperPages({ title, src, pdf, docx, draft, denied, quote }: Props) {
  const t = useText();
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState(0);
  const first = useQuery({
    queryKey: ["pages", src(1)],
    queryFn: async () => Number((await readAnswer(atWidth(src(1), WIDTH))).headers.get("X-Pages")) || 1,
    retry: false,
  });
  const pages = first.data ?? 1;
  const at = Math.min(page, pages);
  const picture = (width: number) => `${base}/api/v1${atWidth(src(at), width)}`;
  return (
    <section className="paper-view" aria-label={title}>
      <header className="paper-view-bar no-print">
        <b lang="zh-CN">{title}</b>
        {first.data !== undefined && <span className="quiet">{t(draft ? "paper.draft.page" : "paper.page", { page: at, pages })}</span>}
        {pages > 1 && (
          <>
            <button type="button" className="button small" disabled={at === 1} onClick={() => setPage(at - 1)} aria-label={t("paper.before")}>
              ‹
            </button>
            <button type="button" className="button small" disabled={at === pages} onClick={() => setPage(at + 1)} aria-label={t("paper.after")}>
              ›
            </button>
          </>
        )}
        {first.data !== undefined && (
          <button type="button" className="button small" onClick={() => setZoom((zoom + 1) % zooms.length)} aria-label={t("paper.zoom", { n: zooms[zoom]! * 100 })}>
            {zooms[zoom]! * 100}%
          </button>
        )}
        {quote && first.data !== undefined && (
          <button type="button" className="button small" onClick={() => quote.act(at)}>
            {quote.word}
          </button>
        )}
        <span className="paper-view-links">
          {pdf && <a href={`${base}/api/v1${pdf}`}>PDF</a>}
          {docx && <a href={`${base}/api/v1${docx}`}>Word</a>}
        </span>
      </header>
      {first.isPending ? (
        <div className="paper-view-sheet" aria-busy="true" />
      ) : denied && first.error instanceof Problem && first.error.status === 403 ? (
        denied(() => void first.refetch())
      ) : first.error ? (
        <Note tone="age">{first.error.message || t("paper.noPicture")}</Note>
      ) : (
        <div className="paper-view-scroll" tabIndex={0} role="group" aria-label={t("paper.page", { page: at, pages })}>
          <img className="paper-view-sheet" style={{ width: `${zooms[zoom]! * 100}%` }} src={picture(WIDTH * zooms[zoom]!)} alt={`${title} ${t("paper.page", { page: at, pages })}`} lang="zh-CN" />
        </div>
      )}
    </section>
  );
}

/* A paper of a case as it was issued. */
export function IssuedPaper({ caseId, id, title }: { caseId: number; id: number; title: string }) {
  const at = `/cases/${caseId}/papers/${id}`;
  return <PaperPages key={at} title={title} src={(page) => `${at}/pages/${page}.png`} pdf={`${at}/pdf`} docx={`${at}/docx`} />;
}

/* A paper of a case as it would be issued now. */
export function DraftPaper({ caseId, paper, title }: { caseId: number; paper: string; title: string }) {
  const at = `/cases/${caseId}/papers/${paper}/draft`;
  return <PaperPages key={at} title={title} draft src={(page) => `${at}/pages/${page}.png`} />;
}
