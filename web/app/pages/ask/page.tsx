/* What another unit asks of its reader, who sees this of the record and nothing else. */
import "../../ui/controls.css";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { recordPath, typeOf, typesOf } from "../../api/records.ts";
import { refreshSession } from "../../api/session.ts";
import { Asked } from "../../rooms/record/asked.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useTitle } from "../../ui/title.ts";
import { useLanguage, useText } from "../../text/index.ts";

/* The kind of which the reader makes one of such a record, and only one. */
function useFollowing(to: string | undefined): { type: string; ref: string } | undefined {
  const kinds = useQuery(typesOf(useLanguage())).data?.items.filter(({ may, refers_to }) => may.includes("create") && to && refers_to?.includes(to));
  const types = useQueries({ queries: (kinds ?? []).map(({ name }) => typeOf(name)) });
  return types.flatMap(({ data: type }) => type?.fields.flatMap((field) => (field.type === "ref" && field.to === to && field.unique && type.carry?.includes(field.name) ? [{ type: type.name, ref: field.name }] : [])) ?? [])[0];
}

export default function AskPage() {
  const t = useText();
  const id = Number(useParams().id);
  const cache = useQueryClient();
  const navigate = useNavigate();
  const found = useQuery({ queryKey: ["ask", id, useLanguage()], queryFn: () => take(api.GET("/api/v1/asks/{id}", { params: { path: { id } } })), retry: false });
  const follows = useFollowing(found.data?.type);
  useTitle(found.data?.label ?? t("ask.title"));
  if (found.error) return <Failed page error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Waiting rows={6} />;
  const record = found.data.type && found.data.record ? { type: found.data.type, id: found.data.record } : undefined;
  return (
    <>
      <p className="crumb">
        <Link to="/todo">{t("desk.box.todo")}</Link>
        {record && <Link to={recordPath(record.type, record.id)}>{found.data.type_label}</Link>}
      </p>
      <Asked
        ask={found.data}
        send={async (body) => {
          await take(api.POST("/api/v1/asks/{id}", { params: { path: { id } }, body }));
          await Promise.all([found.refetch(), cache.invalidateQueries({ queryKey: ["todo"] }), refreshSession()]);
          if (body.fields && record) await navigate(follows ? `/r/${follows.type}/new?${follows.ref}=${record.id}` : recordPath(record.type, record.id)); // what is made of it is made there
        }}
      />
    </>
  );
}
