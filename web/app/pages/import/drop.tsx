/* Where files are dropped. One file leads on to its check; of several each is checked, and the list of all shows them. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { Problem } from "../../api/client.ts";
import { checkFile } from "./imports.ts";
import { Data } from "../../ui/data.tsx";
import { sizeText } from "../../fields/upload.tsx";
import { useText } from "../../text/index.ts";

interface Sent {
  key: number;
  file: File;
  error?: string;
}

let keys = 0;

export function Drop({ words }: { words: string }) {
  const t = useText();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const forget = (key: number) => setSent((all) => all.filter((one) => one.key !== key));
  const send = async (one: Sent): Promise<number | undefined> => {
    setSent((all) => [...all.filter(({ key }) => key !== one.key), { ...one, error: undefined }]);
    try {
      const job = await checkFile(one.file);
      forget(one.key);
      void cache.invalidateQueries({ queryKey: ["import-jobs"] });
      return job;
    } catch (error) {
      setSent((all) => all.map((each) => (each.key === one.key ? { ...each, error: error instanceof Problem ? error.message : t("common.noAnswer") } : each)));
      return undefined;
    }
  };
  const add = async (files: readonly File[]) => {
    const jobs = [];
    for (const file of files) jobs.push(await send({ key: ++keys, file }));
    if (files.length === 1 && jobs[0]) void navigate(`/import?job=${jobs[0]}`);
    else if (files.length > 1) void navigate("/import");
  };
  return (
    <>
      <div
        className={over ? "import-drop over" : "import-drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void add([...event.dataTransfer.files]);
        }}
      >
        <input
          ref={picker}
          type="file"
          hidden
          multiple
          aria-label={t("import.pick")}
          onChange={(event) => {
            void add([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <span>{words}</span>
        <button type="button" className="button" onClick={() => picker.current?.click()}>
          {t("import.pick")}
        </button>
      </div>
      {sent.length > 0 && (
        <ul className="import-sent" role="status">
          {sent.map((one) => (
            <li key={one.key}>
              <Data text={one.file.name} /> <small>{sizeText(one.file.size)}</small>
              {one.error ? (
                <>
                  <em role="alert">{one.error}</em>
                  <button type="button" className="link-button" onClick={() => void send(one)}>
                    {t("common.retry")}
                  </button>
                </>
              ) : (
                <span className="quiet">{t("import.sending")}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
