/* Beside a page: its chapter of the manual, and the keys that work here with the switch that turns them off. */
import "./help-sheet.css";
import { Switch } from "../../ui/ant.ts";
import { useText } from "../../text/index.ts";
import { ChapterText, chapterOf } from "./help-chapter.tsx";
import { boundKeys, switchKeys, useKeysAreOn } from "../../ui/keys.ts";
import { SideSheet } from "../../ui/side-sheet.tsx";

export default function HelpSheet({ chapter, onClose }: { chapter: string | undefined; onClose: () => void }) {
  const t = useText();
  const of = chapterOf(chapter);
  return (
    <SideSheet title={t("shell.help")} onClose={onClose}>
      {of && (
        <>
          <p className="help-all">
            <b lang="zh-CN">{of.title}</b>
            <a href={`./help/${of.id}`} target="_blank">
              {t("help.window")}
            </a>
          </p>
          <ChapterText of={of} />
        </>
      )}
      <Keys />
    </SideSheet>
  );
}

function Keys() {
  const t = useText();
  const on = useKeysAreOn();
  return (
    <>
      <h3>{t("shell.keys")}</h3>
      <ul className="key-list">
        {boundKeys().map(({ keys, label }) => (
          <li key={keys}>
            <span>{label}</span>
            <span>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <label className="key-switch">
        <Switch size="small" checked={on} onChange={switchKeys} />
        {t("shell.keys.on")}
      </label>
      <p className="key-help">{t("shell.keys.typing")}</p>
    </>
  );
}
