/* All that the search box finds, by groups; one group by pages. */
import "./find.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearchParams } from "react-router";
import { FOUND_EACH, FOUND_PAGES, findAddress, found, type FoundGroup, type FoundKind } from "../../rooms/shell/find.ts";
import { FoundRow } from "../../rooms/shell/found-item.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { useLanguage, useText } from "../../text/index.ts";

export default function Find() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const words = (params.get("q") ?? "").trim();
  const kind = (params.get("kind") ?? undefined) as FoundKind | undefined;
  const page = Math.min(Math.max(Number(params.get("page")) || 1, 1), FOUND_PAGES);
  const answer = useQuery(found(words, language, kind, page));
  const groups = (answer.data?.groups ?? []).filter((group) => group.total > 0 && (!kind || group.kind === kind));
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  const pages = Math.min(Math.ceil(total / FOUND_EACH), FOUND_PAGES);
  return (
    <div className="find">
      <PageHead
        title={words ? t("find.of", { words }) : t("find.title")}
        line={
          words && answer.data ? (
            <>
              {t("find.total", { n: total.toLocaleString("en") })}
              {kind && <Link to={findAddress(words)}>{t("find.groups")}</Link>}
            </>
          ) : undefined
        }
      />
      {!words ? (
        <Empty title={t("find.empty")} text={t("shell.search.hint")} />
      ) : answer.isPending ? (
        <Waiting />
      ) : answer.error ? (
        <Failed error={answer.error} retry={() => void answer.refetch()} />
      ) : total === 0 ? (
        <Empty title={t("find.none")} text={t("find.none.why")} />
      ) : (
        groups.map((group) => <Group key={group.kind} group={group} words={words} whole={!!kind} />)
      )}
      {kind && pages > 1 && <Pager page={page} pages={pages} size={FOUND_EACH} sizes={[FOUND_EACH]} address={(to) => findAddress(words, kind, to)} go={(to) => void navigate(to)} />}
    </div>
  );
}

function Group({ group, words, whole }: { group: FoundGroup; words: string; whole: boolean }) {
  const t = useText();
  const n = group.total.toLocaleString("en");
  return (
    <section className={whole ? "find-whole" : undefined} aria-label={t(`find.kind.${group.kind}`)}>
      <h2>
        {t(`find.kind.${group.kind}`)} <small>{n}</small>
        {!whole && (group.total > group.items.length || group.kind === "patents") && <Link to={findAddress(words, group.kind)}>{t("find.all", { n })}</Link>}
      </h2>
      <ul>
        {group.items.map((item, at) => (
          <li key={at}>
            <FoundRow kind={group.kind} item={item} words={words} />
          </li>
        ))}
      </ul>
    </section>
  );
}
