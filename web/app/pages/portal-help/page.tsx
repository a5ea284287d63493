/* The manual for people in front of the pages: its chapters, by whose work they describe, and one of them. */
import { Link, useParams } from "react-router";
import { chapterOf, chapters, ChapterText } from "../../rooms/shell/help-chapter.tsx";
import { Crumbs, NotFound, useTitle } from "../../rooms/portal/parts.tsx";
import { useText, wordOf } from "../../text/index.ts";

const readers = ["all", "centre_manager", "city_officer", "province_officer", "auditor", "system_administrator", "security_administrator", "audit_administrator", "public"];

export default function Help() {
  const { chapter } = useParams();
  const of = chapterOf(chapter);
  if (!chapter) return <Contents />;
  return of ? <Chapter id={of.id} /> : <NotFound />;
}

function Contents() {
  const t = useText();
  useTitle(t("help.title"), t("help.lead"));
  return (
    <div className="column page">
      <Crumbs to={[]}>{t("help.title")}</Crumbs>
      <h1>{t("help.title")}</h1>
      <p className="lead">{t("help.lead")}</p>
      <div className="help-readers">
        {readers.map((role) => (
          <section key={role} className="panel">
            <h2>{wordOf(t, `help.for.${role}`, role)}</h2>
            <ul className="help-nav">
              {chapters
                .filter(({ roles }) => roles.includes(role))
                .map(({ id, title, about }) => (
                  <li key={id} lang="zh-CN">
                    <Link to={`/help/${id}`}>{title}</Link>
                    <span className="help-about">{about}</span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

function Chapter({ id }: { id: string }) {
  const t = useText();
  const of = chapterOf(id)!;
  useTitle(of.title, of.about);
  return (
    <div className="column page">
      <Crumbs to={[["/help", t("help.title")]]}><span lang="zh-CN">{of.title}</span></Crumbs>
      <div className="help-of">
        <nav className="help-nav" aria-label={t("help.chapters")} lang="zh-CN">
          {chapters.map((one) => (
            <Link key={one.id} to={`/help/${one.id}`} aria-current={one.id === id ? "page" : undefined}>
              {one.title}
            </Link>
          ))}
        </nav>
        <article className="panel">
          <h1 lang="zh-CN">{of.title}</h1>
          <p className="lead" lang="zh-CN">
            {of.about}
          </p>
          <ChapterText of={of} />
        </article>
      </div>
    </div>
  );
}
