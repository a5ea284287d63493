/* Messages to who has signed in, newest first; all of them or the unread ones. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Data } from "../../ui/data.tsx";
import { Button } from "../../ui/ant.ts";
import { Link, useSearchParams } from "react-router";
import { api, take, type Schemas } from "../../api/client.ts";
import { refreshSession } from "../../api/session.ts";
import { ErrorNote } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import "./messages.css";

/* Where what it is about is read. */
function pageOf({ kind, subject }: Schemas["Notification"]): string | undefined {
  if (!subject || subject.type === "pack") return kind === "todo" ? "/todo" : undefined;
  if (subject.type === "job") return kind === "job_cut" ? `/import?job=${subject.id}` : "/jobs";
  if (subject.type === "proposal") return `/confirm/${subject.id}`;
  if (subject.id === "imports") return `/r/${subject.type}`;
  return subject.type === "case" ? `/case/${subject.id}` : `/r/${subject.type}/${subject.id}`;
}

export default function Messages() {
  const t = useText();
  const cache = useQueryClient();
  const unreadOnly = useSearchParams()[0].get("view") === "unread";
  const list = useInfiniteQuery({
    queryKey: ["notifications", unreadOnly],
    queryFn: ({ pageParam }) => take(api.GET("/api/v1/notifications", { params: { query: { limit: 50, ...(unreadOnly ? { unread: true } : {}), ...(pageParam ? { before: pageParam } : {}) } } })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.next === null ? undefined : Number(last.next)),
  });
  const read = useMutation({
    mutationFn: (body: { ids: number[] } | { through: number }) => take(api.POST("/api/v1/notifications/read", { body })),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["notifications"] });
      await refreshSession();
    },
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = list.data?.pages[0]?.unread ?? 0;
  const newest = items[0]?.id;

  return (
    <div className="messages">
      <PageHead
        title={t("shell.messages")}
        line={list.data && !unreadOnly && t("messages.line", { n: list.data.pages[0]!.total, unread })}
        actions={
          unread > 0 &&
          newest !== undefined && (
            <Button loading={read.isPending} onClick={() => read.mutate({ through: newest })}>
              {t("messages.readAll")}
            </Button>
          )
        }
      />
      <Tabs
        label={t("messages.view")}
        tabs={[
          { to: "/messages", label: t("messages.all"), current: !unreadOnly },
          { to: "/messages?view=unread", label: t("messages.unread"), count: unread, current: unreadOnly },
        ]}
      />
      <ErrorNote error={read.error} />
      {list.isPending ? (
        <Waiting rows={8} />
      ) : list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t(unreadOnly ? "messages.empty.unread" : "messages.empty")} text={t("messages.empty.text")} />
      ) : (
        <ul>
          {items.map((message) => (
            <li key={message.id} className={message.read_ms ? undefined : "message-new"}>
              <span className="message-title">
                {!message.read_ms && <i title={t("messages.isNew")} aria-label={t("messages.isNew")} role="img" />}
                {pageOf(message) ? (
                  <Link to={pageOf(message)!}>
                    <Data text={message.title} />
                  </Link>
                ) : (
                  <Data text={message.title} />
                )}
              </span>
              <time dateTime={new Date(message.created_ms).toISOString()}>{minute(message.created_ms)}</time>
              {message.read_ms ? (
                <span />
              ) : (
                <Button size="small" type="text" onClick={() => read.mutate({ ids: [message.id] })} aria-label={`${t("messages.read")} ${message.title}`}>
                  {t("messages.read")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <p className="messages-more">
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("common.more")}
          </Button>
        </p>
      )}
    </div>
  );
}
