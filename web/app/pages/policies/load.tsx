/* A pack as a ZIP: what lint finds is shown with file and line, and nothing is kept; without a fault it is kept and can be
 * tried, but decides nothing until two officers make it count. */
import "../../ui/plain-table.css";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "react-router";
import { casesOf, loadPack, rereadPacks, type Loaded } from "../../api/packs.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { Table } from "../../ui/table.tsx";
import { useText } from "../../text/index.ts";

const MOST = 8 << 20;

export function LoadPack({ onClose }: { onClose: () => void }) {
  const t = useText();
  const [name, setName] = useState("");
  const { busy, error, act, forget } = useAct();
  const [large, setLarge] = useState(false);
  const [loaded, setLoaded] = useState<Loaded>();
  const picker = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (!file || busy) return;
    setName(file.name);
    setLoaded(undefined);
    setLarge(file.size > MOST);
    if (file.size > MOST) return forget();
    void act(async () => {
      const found = await loadPack(file);
      await rereadPacks();
      setLoaded(found);
    });
  };
  return (
    <Dialog
      title={t("policy.load")}
      width={760}
      onClose={busy ? undefined : onClose}
      footer={
        <>
          <Button disabled={busy} onClick={onClose}>
            {t("common.close")}
          </Button>
          <Button type="primary" loading={busy} onClick={() => picker.current?.click()}>
            {t(name ? "policy.load.again" : "policy.load.pick")}
          </Button>
        </>
      }
    >
      <div className="load-pack">
        <p>{t("policy.load.line")}</p>
        <input
          ref={picker}
          hidden
          type="file"
          accept=".zip"
          aria-label={t("policy.load.pick")}
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        {name && (
          <p>
            <Data text={name} />
          </p>
        )}
        <ErrorNote error={large ? t("policy.load.large") : error} />
        {loaded?.state === "faults" && <Faults of={loaded} />}
        {loaded?.pack && <Taken of={loaded} pack={loaded.pack} />}
      </div>
    </Dialog>
  );
}

function Faults({ of }: { of: Loaded }) {
  const t = useText();
  return (
    <>
      <Note tone="mend" role="alert">
        {t("policy.load.faults", { n: of.findings.length })}
      </Note>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t("policy.load.found")}>
        <Table
          rows={of.findings}
          keyOf={(_, i) => i}
          columns={[
            { head: t("policy.load.file"), cell: ({ file }) => <code>{file}</code> },
            { head: t("policy.load.at"), className: "number", cell: ({ line }) => line },
            { head: t("policy.load.what"), cell: ({ reason }) => <Data text={reason} /> },
          ]}
        />
      </div>
    </>
  );
}

function Taken({ of, pack }: { of: Loaded; pack: string }) {
  const t = useText();
  const { data } = useQuery(casesOf(pack, of.digest));
  return (
    <>
      <Note tone="told" role="status">
        <b>{t(of.state === "same" ? "policy.load.same" : "policy.load.taken", { pack, version: of.version ?? "" })}</b>
        <p>{data ? t("policy.load.cases", { n: data.cases, failed: data.failures.length }) : t("common.loading")}</p>
        <p>{t("policy.load.next")}</p>
      </Note>
      <p>
        {t("policy.digest")} <Code text={of.digest ?? ""} />
      </p>
      <p>
        <Link className="button" to={`/policies/${pack}?digest=${of.digest}`}>
          {t("policy.load.open")}
        </Link>{" "}
        <Link className="button" to={`/policies/simulate?pack=${pack}&digest=${of.digest}`}>
          {t("policy.load.try")}
        </Link>{" "}
        <Link className="button" to={`/policies/${pack}?view=versions`}>
          {t("policy.load.activate")}
        </Link>
      </p>
    </>
  );
}
