/* One thing that the search box found: its title, what kind it is, and a second line. */
import { Link } from "react-router";
import { foundAddress, type FoundItem, type FoundKind } from "./find.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import "./found-item.css";

export function FoundRow({ kind, item, words }: { kind: FoundKind; item: FoundItem; words: string }) {
  const title = item.title || item.what || `${item.type_label ?? item.type} ${item.id}`;
  const clause = kind === "policies" && item.what !== "" && item.number;
  return (
    <Link className="found" to={foundAddress(kind, item, words)}>
      <b>
        <Data text={title} />
      </b>
      <small>
        {item.type_label && <i>{item.type_label}</i>}
        {clause ? <Clause clause={clause} /> : item.number && <Data text={item.number} />}
        {item.what && item.what !== title && (
          <span className="found-what one-line">
            <Data text={item.what} />
          </span>
        )}
      </small>
    </Link>
  );
}
