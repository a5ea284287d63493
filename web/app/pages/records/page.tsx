/* The kinds of records that the reader may see. */
import "../../parts/controls.css";
import "./records.css";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { typesOf } from "../../api/records.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Empty } from "../../parts/states.tsx";
import { useLanguage, useText } from "../../text/index.ts";

export default function Records() {
  const t = useText();
  const language = useLanguage();
  const [words, setWords] = useState("");
  const types = useSuspenseQuery(typesOf(language)).data.items.filter(({ may, label }) => may.includes("read") && label.toLowerCase().includes(words.trim().toLowerCase()));
  return (
    <>
      <PageHead title={t("records.menu")} line={t("records.line")} />
      <input className="input records-words" type="search" aria-label={t("records.find")} placeholder={t("records.find")} value={words} onChange={(event) => setWords(event.target.value)} />
      <ul className="record-types">
        {types.map(({ name, label, may }) => (
          <li key={name}>
            <Link to={`/r/${name}`}>{label}</Link>
            {may.includes("create") && (
              <Link className="record-types-add" to={`/r/${name}/new`} aria-label={t("records.add", { type: label })}>
                {t("records.enter")}
              </Link>
            )}
          </li>
        ))}
      </ul>
      {types.length === 0 && <Empty title={t("records.none.filter")} />}
    </>
  );
}
