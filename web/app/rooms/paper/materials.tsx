/* The papers that go with a case: what is asked and by which clause, what is there, what lacks and from whom. What
 * lacks is added in place; it becomes part of the record, so the next case has it already. */
import "./materials.css";
import { useState } from "react";
import { Link } from "react-router";
import { refreshCase, useMaterials, type Gap } from "../../api/case-form.ts";
import { doorTo } from "../../api/obstacles.ts";
import type { Schemas } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { AnnexEdit } from "./annex-edit.tsx";
import { Button } from "../../ui/ant.ts";
import type { Target } from "./form-edit.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Glyph } from "../../ui/verdict.tsx";

type Material = Schemas["CaseMaterial"];

export function Materials({ id }: { id: number }) {
  const t = useText();
  const { data, error, refetch } = useMaterials(id);
  const [adding, setAdding] = useState<{ target: Target; label: string }>();
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting rows={6} />;
  const lacking = data.materials.filter(({ required, there }) => required && !there);
  return (
    <>
      <Note tone={lacking.length ? "doubt" : "told"}>{lacking.length ? t("materials.lacking", { n: lacking.length }) : t("materials.complete")}</Note>
      <table className="close-rows materials">
        <thead>
          <tr>
            <th>{t("materials.what")}</th>
            <th>{t("materials.clause")}</th>
            <th>{t("materials.must")}</th>
            <th>{t("materials.there")}</th>
            <th>{t("materials.lacks")}</th>
          </tr>
        </thead>
        <tbody>
          {data.materials.map((material) => (
            <Row key={material.material} material={material} back={`/case/${id}/materials`} add={(target) => setAdding({ target, label: material.label })} />
          ))}
        </tbody>
      </table>
      {adding && <AnnexEdit target={adding.target} label={adding.label} onSaved={() => void refreshCase(id)} onState={() => {}} onClose={() => setAdding(undefined)} />}
    </>
  );
}

function Row({ material, back, add }: { material: Material; back: string; add: (target: Target) => void }) {
  const t = useText();
  return (
    <tr>
      <th scope="row">
        <Data text={material.label} />
        {material.note && <p className="quiet"><Data text={material.note} /></p>}
        {material.warning && <p className="near"><Data text={material.warning} /></p>}
      </th>
      <td>
        {material.clause && <Clause clause={material.clause} />}
        {material.quote && <blockquote lang="zh-CN">{material.quote}</blockquote>}
        {material.own && <p className="quiet"><Data text={material.own} /></p>}
      </td>
      <td>{t(material.required ? "materials.required" : "materials.advised")}</td>
      <td>
        <Glyph state={material.there ? "ok" : material.required ? "no" : "unknown"} /> {t("materials.count", { there: material.wanted - material.lacking, wanted: material.wanted })}
      </td>
      <td>
        {material.there ? null : material.fields.length > 0 ? (
          <ul>
            {material.fields.map((gap, index) => (
              <li key={index}>
                <Add gap={gap} back={back} add={add} />
              </li>
            ))}
          </ul>
        ) : (
          <Data text={material.lacks.join(t("common.comma"))} />
        )}
      </td>
    </tr>
  );
}

function Add({ gap, back, add }: { gap: Gap; back: string; add: (target: Target) => void }) {
  const t = useText();
  const { record_type: type, id, field } = gap;
  const what = [gap.title, gap.label].filter(Boolean).join(" ");
  if (!type) return <Data text={what} />;
  if (!id || !field) return <Link to={doorTo({ type, id }, back)}>{t("form.door.fill", { what })}</Link>;
  return (
    <>
      <Data text={what} />{" "}
      <Button size="small" onClick={() => add({ type, record: id, names: [field] })} aria-label={`${t("materials.add")} ${what}`}>
        {t("materials.add")}
      </Button>
    </>
  );
}
