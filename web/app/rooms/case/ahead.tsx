/* What will stand against handing it in, told before anything is filled in. */
import { Link } from "react-router";
import type { Beginning } from "../../api/case-form.ts";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";

export function Ahead({ of }: { of: Beginning }) {
  const t = useText();
  if (of.ahead.length === 0) return null;
  return (
    <Note tone="doubt">
      {of.ahead.map(({ message, missing }) => (
        <p key={message}>
          {t("apply.ahead")} <Data text={message} />{" "}
          {missing?.record && (
            <Link className="button small" to={`/case/${missing.record}`}>
              {t("apply.ahead.open")}
            </Link>
          )}
        </p>
      ))}
    </Note>
  );
}
