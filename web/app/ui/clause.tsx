/* A clause of a policy document: 七(三) is shown as § 第七条（三）, 五5 as § 第五条5. Boxed in running text and headings, bare
 * in rows and rails. What is no number (an annex, the end) is shown as it is. */
import "./clause.css";

export function clauseText(clause: string): string {
  const [, article, item = "", point] = /^([一二三四五六七八九十百]+|\d+)(\d+)?(?:[(（](.+)[)）])?$/.exec(clause) ?? [];
  return article ? `第${article}条${item}${point ? `（${point}）` : ""}` : clause;
}

export function Clause({ clause, boxed }: { clause: string; boxed?: boolean }) {
  return (
    <span className={boxed ? "clause clause-boxed" : "clause"} lang="zh-CN">
      <b aria-hidden="true">§</b> {clauseText(clause)}
    </span>
  );
}
