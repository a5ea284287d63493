/* The pane of units: a search and the tree; where the window is narrow, a choice. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useSession } from "../../api/session.ts";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { useMatch } from "../../ui/match.ts";
import { unitsOf, type Unit } from "../../rooms/people/roster.ts";
import { useText } from "../../text/index.ts";
import { nearest, treeOf, type Node } from "./tree.ts";

const FIRST = 3; // units of a city, before the rest is asked for
const OPEN = 8; // cities before the rest is asked for

interface Props {
  units: readonly Unit[];
  total: number;
  chosen?: Unit;
  onChoose: (id: number) => void;
}

export function Units({ units, total, chosen, onChoose }: Props) {
  const t = useText();
  const [words, setWords] = useState("");
  const asked = useDeferredValue(words.trim());
  const found = useQuery({ ...unitsOf(asked), enabled: asked !== "" });
  const narrow = useMatch("(max-width: 1179px)");
  const box = <input className="input" type="search" aria-label={t("people.find")} placeholder={t("people.find")} value={words} onChange={(event) => setWords(event.target.value)} />;
  const none = asked !== "" && found.data?.items.length === 0;
  const shown = asked === "" ? units : (found.data?.items ?? []);
  if (narrow)
    return (
      <div className="people-choose no-print">
        {box}
        <select className="input" aria-label={t("people.units")} value={chosen?.id ?? ""} onChange={(event) => onChoose(Number(event.target.value))}>
          {(shown.some(({ id }) => id === chosen?.id) || !chosen ? shown : [chosen, ...shown]).map(({ id, name }) => (
            <option key={id} value={id} lang="zh-CN">
              {name}
            </option>
          ))}
        </select>
      </div>
    );
  return (
    <nav className="people-units no-print" aria-label={t("people.units")}>
      <h2>
        {t("people.units")} <small>{total}</small>
      </h2>
      {box}
      {none ? (
        <>
          <p className="people-none">{t("people.none", { words: asked })}</p>
          <ul>
            {nearest(units, asked).map((unit) => (
              <Leaf key={unit.id} unit={unit} chosen={chosen} onChoose={onChoose} />
            ))}
          </ul>
        </>
      ) : asked !== "" ? (
        <ul>
          {shown.map((unit) => (
            <Leaf key={unit.id} unit={unit} chosen={chosen} onChoose={onChoose} />
          ))}
        </ul>
      ) : (
        <Tree units={units} chosen={chosen} onChoose={onChoose} />
      )}
      {units.length < total && <p className="people-none">{t("people.many", { n: total - units.length })}</p>}
    </nav>
  );
}

function Tree({ units, chosen, onChoose }: Omit<Props, "total">) {
  const t = useText();
  const nodes = treeOf(units, useSession().province ?? "");
  const [all, setAll] = useState(false);
  const cities = nodes.filter(({ unit }) => unit?.kind === "city_office");
  const holds = (node: Node) => node.children.some(({ id }) => id === chosen?.id) || node.unit?.id === chosen?.id;
  const first = cities.filter((node, i) => all || i < OPEN || holds(node));
  const hidden = cities.filter((node) => !first.includes(node));
  const shown = nodes.filter((node) => !hidden.includes(node));
  const last = shown.indexOf(first.at(-1) as Node);
  return (
    <ul>
      {shown.map((node, i) => (
        <li key={node.key}>
          <Branch node={node} open={i === 0 || holds(node)} chosen={chosen} onChoose={onChoose} />
          {i === last && hidden.length > 0 && (
            <button type="button" className="people-leaf" onClick={() => setAll(true)}>
              <span>{t("people.cities", { n: hidden.length })}</span>
              <small>{hidden.reduce((n, { people }) => n + people, 0)}</small>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Branch({ node, open: began, chosen, onChoose }: { node: Node; open: boolean; chosen?: Unit; onChoose: (id: number) => void }) {
  const t = useText();
  const [folded, setFolded] = useState<boolean>();
  const [all, setAll] = useState(false);
  const open = folded === undefined ? began : !folded;
  const name = node.unit?.name ?? t(`people.group.${node.group!}`);
  const here = node.children.findIndex(({ id }) => id === chosen?.id);
  const shown = node.children.filter((_, i) => all || i < FIRST || i === here || node.children.length === FIRST + 1);
  return (
    <>
      <div className="people-branch" aria-current={node.unit && node.unit.id === chosen?.id ? "true" : undefined}>
        {node.children.length > 0 ? (
          <button type="button" aria-expanded={open} aria-label={t(open ? "people.fold" : "people.unfold", { name })} onClick={() => setFolded(open)}>
            <Icon name="down" />
          </button>
        ) : (
          <i />
        )}
        <button type="button" className="people-leaf" title={name} onClick={() => (node.unit ? onChoose(node.unit.id) : setFolded(open))}>
          <span>
            <Data text={name} />
          </span>
          <small>{node.people}</small>
        </button>
      </div>
      {open && node.children.length > 0 && (
        <ul>
          {shown.map((unit) => (
            <Leaf key={unit.id} unit={unit} chosen={chosen} onChoose={onChoose} />
          ))}
          {shown.length < node.children.length && (
            <li>
              <button type="button" className="people-leaf" onClick={() => setAll(true)}>
                <span>{t("people.more", { n: node.children.length - shown.length })}</span>
              </button>
            </li>
          )}
        </ul>
      )}
    </>
  );
}

function Leaf({ unit, chosen, onChoose }: { unit: Unit; chosen?: Unit; onChoose: (id: number) => void }) {
  return (
    <li>
      <button type="button" className="people-leaf" title={unit.name} aria-current={unit.id === chosen?.id ? "true" : undefined} onClick={() => onChoose(unit.id)}>
        <span>
          <Data text={unit.name} />
        </span>
        <small>{unit.people ?? 0}</small>
      </button>
    </li>
  );
}
