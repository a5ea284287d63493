/* How many of something each city of a province has, as squares; `choose`: a square can be chosen. */
import "./tiles.css";
import { useLanguage, useText } from "../../text/index.ts";
import { tileMaps } from "./tile-map.ts";

const steps = [1, 3, 6, 10]; // from this many on

/* The step of a count: 0 is none. */
const stepOf = (count: number) => steps.filter((from) => count >= from).length;

export function TileMap({ province, counts, chosen, choose }: { province: string; counts: Map<string, number>; chosen?: string; choose?: (code: string) => void }) {
  const t = useText();
  const language = useLanguage();
  const map = tileMaps[province];
  if (!map) return null;
  const columns = Math.max(...map.tiles.map((tile) => tile.col)) + 1;
  return (
    <figure className="tiles">
      <ul lang={language === "zh" ? undefined : "zh-CN"} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 64px))` }}>
        {map.tiles.map((tile) => {
          const count = counts.get(tile.code) ?? 0;
          const words = (
            <>
              <span>{tile.name}</span> <strong>{count}</strong>
            </>
          );
          return (
            <li key={tile.code} className={`step${stepOf(count)}`} style={{ gridColumn: tile.col + 1, gridRow: tile.row + 1 }}>
              {choose ? (
                <button type="button" aria-pressed={chosen === tile.code} onClick={() => choose(tile.code)}>
                  {words}
                </button>
              ) : (
                words
              )}
            </li>
          );
        })}
      </ul>
      <figcaption>
        <span className="legend" aria-hidden="true">
          <span>
            <i className="step0" /> 0
          </span>
          {steps.map((from, i) => (
            <span key={from}>
              <i className={`step${i + 1}`} /> {steps[i + 1] ? `${from}–${steps[i + 1]! - 1}` : `≥ ${from}`}
            </span>
          ))}
        </span>
        {t("portal.tiles.about")}
      </figcaption>
    </figure>
  );
}
