/* The same for who has a link. Number and secret of the ask stand behind #, which no server and no log is told. */
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "react-router";
import { api, setCsrf, take } from "../../api/client.ts";
import { Asked } from "../../rooms/record/asked.tsx";
import { Answer, useTitle } from "../../rooms/portal/parts.tsx";
import { languageNow, useText } from "../../text/index.ts";

export default function AskByLink() {
  const t = useText();
  const [number = "", secret = ""] = useLocation().hash.slice(1).split(".");
  const whole = /^\d+$/.test(number) && secret !== "";
  const params = { path: { id: Number(number) }, header: { "X-Ask-Link": secret } };
  const found = useQuery({ queryKey: ["public", languageNow(), "ask", number, secret], queryFn: () => take(api.GET("/api/v1/asks/{id}", { params })), enabled: whole, retry: false });
  useTitle(found.data?.label ?? t("ask.title"), t("ask.title"));
  return (
    <div className="column page">
      {whole ? (
        <Answer of={found}>
          {(ask) => (
            <Asked
              ask={ask}
              byLink
              send={async (body) => {
                setCsrf((await take(api.GET("/api/v1/session"))).csrf || undefined); // who has signed in says so
                await take(api.POST("/api/v1/asks/{id}", { params, body }));
                await found.refetch();
              }}
            />
          )}
        </Answer>
      ) : (
        <>
          <h1>{t("ask.link.none")}</h1>
          <p className="lead">{t("ask.link.none.text")}</p>
        </>
      )}
    </div>
  );
}
