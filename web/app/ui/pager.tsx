/* Paging through a list to its last page. Each page has an address, so each step is a link. */
import { Link } from "react-router";
import { useText } from "../text/index.ts";
import { guardEnter } from "./keys.ts";
import "./pager.css";

interface Props {
  page: number;
  pages: number;
  size: number;
  sizes: readonly number[];
  address: (page: number, size: number) => string;
  go: (address: string) => void;
}

export function Pager({ page, pages, size, sizes, address, go }: Props) {
  const t = useText();
  const step = (to: number, label: string, glyph: string) =>
    to < 1 || to > pages || to === page ? (
      <span className="step off" aria-hidden="true">
        {glyph}
      </span>
    ) : (
      <Link className="step" to={address(to, size)} aria-label={label} title={label}>
        {glyph}
      </Link>
    );
  return (
    <nav className="pager no-print" aria-label={t("search.pages")}>
      {step(1, t("search.page.first"), "«")}
      {step(page - 1, t("search.page.previous"), "‹")}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const to = Number(new FormData(event.currentTarget).get("page"));
          if (to >= 1) go(address(Math.min(Math.floor(to), pages), size));
        }}
      >
        <input key={page} name="page" type="number" min={1} max={pages} defaultValue={page} aria-label={t("search.page.number")} onKeyDown={guardEnter} />
        <span>{t("search.page.of", { n: pages.toLocaleString("en") })}</span>
      </form>
      {step(page + 1, t("search.page.next"), "›")}
      {step(pages, t("search.page.last"), "»")}
      <label>
        <span className="said">{t("search.page.size")}</span>
        {/* The first row of this page stays on the page that is shown. */}
        <select value={size} onChange={(event) => go(address(Math.floor(((page - 1) * size) / Number(event.target.value)) + 1, Number(event.target.value)))}>
          {sizes.map((one) => (
            <option key={one} value={one}>
              {t("search.page.each", { n: one })}
            </option>
          ))}
        </select>
      </label>
    </nav>
  );
}
