/* What another unit asks of its reader, who sees this of the record and nothing else. */
import "../../ui/controls.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { refreshSession } from "../../api/session.ts";
import { Asked } from "../../rooms/record/asked.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useTitle } from "../../ui/title.ts";
import { useLanguage, useText } from "../../text/index.ts";

export default function AskPage() {
  const t = useText();
  const id = Number(useParams().id);
  const cache = useQueryClient();
  const found = useQuery({ queryKey: ["ask", id, useLanguage()], queryFn: () => take(api.GET("/api/v1/asks/{id}", { params: { path: { id } } })), retry: false });
  useTitle(found.data?.label ?? t("ask.title"));
  if (found.error) return <Failed page error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Waiting rows={6} />;
  return (
    <>
      <p className="crumb">
        <Link to="/todo">{t("desk.box.todo")}</Link>
      </p>
      <Asked
        ask={found.data}
        send={async (body) => {
          await take(api.POST("/api/v1/asks/{id}", { params: { path: { id } }, body }));
          await Promise.all([found.refetch(), cache.invalidateQueries({ queryKey: ["todo"] }), refreshSession()]);
        }}
      />
    </>
  );
}
