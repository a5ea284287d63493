/* Verification of the evidence log in this browser: the strip with its progress, its five steps and its result. */
import "./verify.css";
import { useEffect, useRef, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { keepHead } from "../../../verifier/src/held.ts";
import { faultText } from "../../../verifier/src/texts.ts";
import { base } from "../../api/client.ts";
import { save } from "../../api/download.ts";
import { bundleAddress, logKeys } from "./log.ts";
import { serverNow } from "../../api/server-time.ts";
import { manyOf } from "../../fields/field.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Icon } from "../../ui/icons.tsx";
import type { Outcome, Told } from "./worker.ts";
import { store, stored } from "../../ui/stored.ts";
import { minute } from "../../ui/time.ts";

const HELD = "zhiyun.log.held"; // heads verified in this browser: a log that is set back or rewritten later shows
export const MOST = 1_000_000; // entries that one page verifies

const held = (): string[] => {
  try {
    return manyOf(JSON.parse(stored(HELD) ?? "[]")).filter((one): one is string => typeof one === "string");
  } catch {
    return [];
  }
};

export function useLogVerify() {
  const keys = useQuery(logKeys).data;
  const worker = useRef<Worker | undefined>(undefined);
  const [told, setTold] = useState<Told | null>(null);
  const stop = () => {
    worker.current?.terminate();
    worker.current = undefined;
    setTold(null);
  };
  useEffect(() => () => worker.current?.terminate(), []);
  const start = () => {
    if (!keys || worker.current) return;
    const one = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.current = one;
    setTold({ kind: "reading", bytes: 0, total: 0 });
    one.onmessage = ({ data }: MessageEvent<Told>) => {
      setTold(data);
      if (data.kind !== "done" && data.kind !== "failed") return;
      one.terminate();
      worker.current = undefined;
      if (data.kind === "done" && data.ok) store(HELD, JSON.stringify(keepHead(held(), { ok: true, kind: "bundle", head: { origin: data.origin, text: data.head } } as Parameters<typeof keepHead>[1])));
    };
    one.onerror = () => {
      one.terminate();
      worker.current = undefined;
      setTold({ kind: "failed", status: 0 });
    };
    one.postMessage({ bundle: bundleAddress(MOST), head: `${base}/api/v1/log/head?most=`, keys, held: held() });
  };
  return { told, start, stop, ready: !!keys };
}

const steps = ["read", "hash", "root", "signature", "witness"] as const;
type Step = (typeof steps)[number];
const stepOf = (fault: NonNullable<Outcome["fault"]>["kind"]): Step =>
  fault === "root" || fault === "older" || fault === "inconsistent" || fault === "size" ? "root" : fault === "signature" || fault === "checkpoint" || fault === "key" ? "signature" : fault === "cosignature" || fault === "witnesses" ? "witness" : fault === "format" || fault === "end" ? "read" : "hash";

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
const hexOf = (root: string) => Array.from(atob(root), (one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
const many = (n: number) => n.toLocaleString("en");

export function LogVerify({ of: { told, start, stop }, total }: { of: ReturnType<typeof useLogVerify>; total: number }) {
  const t = useText();
  const language = useLanguage();
  if (!told) return null;
  if (told.kind === "failed")
    return (
      <section className="log-strip log-bad" role="alert">
        <p>
          <b>{t("evidence.verify.failed")}</b> {told.status > 0 && t("evidence.verify.status", { status: told.status })} <button type="button" className="link-button" onClick={start}>{t("common.retry")}</button>
        </p>
      </section>
    );
  if (told.kind !== "done") {
    const [done, all] = told.kind === "reading" ? [told.bytes, told.total] : [told.entries, told.size];
    return (
      <section className="log-strip log-runs" aria-label={t("evidence.verify.strip")}>
        <p className="log-line">
          <b>{t(told.kind === "reading" ? "evidence.verify.reading" : "evidence.verify.checking")}</b>
          <progress aria-label={t("evidence.verify.progress")} value={all ? done : undefined} max={all || 1} />
          <span>{told.kind === "reading" ? `${megabytes(done)}${all ? ` / ${megabytes(all)}` : ""} MB` : t("evidence.verify.count", { n: many(done), all: many(all) })}</span>
          <Button size="small" onClick={stop}>
            {t("evidence.verify.stop")}
          </Button>
        </p>
      </section>
    );
  }
  const failed = told.fault && stepOf(told.fault.kind);
  const witnesses = told.witnesses.filter(({ time }) => time !== null);
  const words: Record<Step, string> = {
    read: t("evidence.step.read", { mb: megabytes(told.bytes) }),
    hash: t("evidence.step.hash"),
    root: told.root ? t("evidence.step.root", { root: `${hexOf(told.root).slice(0, 6)}…${hexOf(told.root).slice(-4)}` }) : t("evidence.step.root", { root: "" }),
    signature: t("evidence.step.signature"),
    witness: witnesses.length > 0 ? t("evidence.step.witness", { n: witnesses.length, all: told.witnesses.length, names: witnesses.map(({ name }) => name).join("、"), size: many(told.witnessed) }) : t("evidence.step.witness.none"),
  };
  const verdict = told.ok
    ? t(told.size < total && total > MOST ? "evidence.verify.okPart" : "evidence.verify.ok", { n: many(told.size) })
    : told.index === null
      ? t("evidence.verify.bad")
      : t("evidence.verify.badAt", { n: many(told.index) });
  const why = told.fault ? faultText(language, told.fault) : "";
  const proven = told.ok ? "" : told.proven ? t("evidence.verify.proven", { n: many(told.proven.size), time: minute(told.proven.time) }) : t("evidence.verify.provenNone");
  const record = () => {
    const lines = [t("evidence.verify.record"), minute(serverNow()), verdict, why, proven, ...steps.map((step) => words[step]), `${told.origin} ${told.size}`, told.head];
    save(new Blob([lines.filter(Boolean).join("\n")], { type: "text/plain" }), `${t("evidence.verify.record")}-${told.size}.txt`);
  };
  return (
    <section className={`log-strip ${told.ok ? "log-good" : "log-bad"}`} aria-label={t("evidence.verify.strip")} role={told.ok ? "status" : "alert"}>
      <p className="log-line">
        <b>
          {told.ok ? "✓" : "✕"} {verdict}
        </b>
        <span className="log-bar" aria-hidden="true" style={{ "--part": `${told.size ? Math.round((100 * told.entries) / told.size) : 0}%` }} />
        <span>{t("evidence.verify.said", { n: many(told.entries), all: many(told.size), s: told.seconds.toFixed(1) })}</span>
      </p>
      {!told.ok && (
        <p>
          {why} <b>{proven}</b>
        </p>
      )}
      <ol className="log-steps">
        {steps.map((step) => {
          const state = !failed ? "good" : step === failed ? "bad" : steps.indexOf(step) < steps.indexOf(failed) ? "good" : "off";
          return (
            <li key={step} className={`log-${state}`}>
              <span aria-hidden="true">{state === "bad" ? "✕" : state === "off" ? "–" : step === "witness" && witnesses.length === 0 ? "△" : "✓"}</span> {state === "off" ? t("evidence.step.off", { step: t(`evidence.step.${step}.name`) }) : words[step]}
            </li>
          );
        })}
        <li className="log-record no-print">
          <button type="button" className="link-button" onClick={record}>
            <Icon name="export" /> {t("evidence.verify.save")}
          </button>
        </li>
      </ol>
    </section>
  );
}
