/* What another unit asks of its reader, who sees this of the record and nothing else. */
import "../../ui/controls.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { recordPath } from "../../api/records.ts";
import { refreshSession } from "../../api/session.ts";
import { Asked } from "../../rooms/record/asked.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useTitle } from "../../ui/title.ts";
import { useLanguage, useText } from "../../text/index.ts";

export default function AskPage() {
  const t = useText();
  const id = Number(useParams().id);
  const cache = useQueryClient();
  const navigate = useNavigate();
  const found = useQuery({ queryKey: ["ask", id, useLanguage()], queryFn: () => take(api.GET("/api/v1/asks/{id}", { params: { path: { id } } })), retry: false });
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
          if (body.fields && record) await navigate(recordPath(record.type, record.id)); // what is made of it is made there
        }}
      />
    </>
  );
}
