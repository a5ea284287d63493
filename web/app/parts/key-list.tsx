/* The keys that work on this page, and the switch that turns them off. */
import "./key-list.css";
import { Button, Switch } from "antd";
import { useText } from "../text/index.ts";
import { Dialog } from "./dialog.tsx";
import { boundKeys, switchKeys, useKeysAreOn } from "./keys.ts";

export function KeyList({ onClose }: { onClose: () => void }) {
  const t = useText();
  const on = useKeysAreOn();
  return (
    <Dialog
      title={t("shell.keys")}
      width={480}
      onClose={onClose}
      footer={
        <Button type="primary" onClick={onClose} autoFocus>
          {t("common.close")}
        </Button>
      }
    >
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
    </Dialog>
  );
}
