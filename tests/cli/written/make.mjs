/* Writes the files of this folder with public programs, from forty invented patents; patents.json says what is right.
 *
 *   npm install --legacy-peer-deps @citation-js/core@0.9.0 @citation-js/plugin-ris@0.8.2 @citation-js/plugin-bibtex@0.9.0 \
 *               @citation-js/plugin-enw@0.3.0 xlsx@0.18.5
 *   node make.mjs; soffice --headless --convert-to FORMAT sheetjs.xlsx     (LibreOffice 7.4.7; FORMAT: ods, fods, html)
 *   and rename its results to libreoffice.FORMAT */
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
const require = createRequire(import.meta.url);
const { Cite, plugins } = require("@citation-js/core");
for (const one of ["ris", "bibtex", "enw"]) require(`@citation-js/plugin-${one}`);
const sheets = require("xlsx");

let state = 77;
const draw = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
const pick = (list) => list[draw(list.length)];
const two = (n) => String(n).padStart(2, "0");
const day = (year) => [year, 1 + draw(12), 1 + draw(28)];
const text = ([y, m, d]) => `${y}-${two(m)}-${two(d)}`;

const patents = Array.from({ length: 40 }, (_, i) => {
  const chinese = i % 3 !== 2;
  const filed = day(2005 + draw(12));
  return {
    number: chinese ? `CN${101000000 + i * 1013}A` : i % 2 ? `US${7100000 + i * 77}B2` : `EP${1900000 + i * 31}A1`,
    title: chinese ? `一种示例${pick(["电池", "电机", "阀门", "涂料"])}的“${pick(["制备", "装配", "检测"])}”方法${i}` : `Example ${pick(["battery", "motor", "valve"])} & method no. ${i} for 50% of 10 #`,
    applicants: chinese ? [`示例${pick(["甲", "乙", "丙"])}科技有限公司`, ...(i % 2 ? ["某某示例大学"] : [])] : [`${pick(["EXAMPLE", "SAMPLE"])} WORKS INC.`],
    inventors: chinese ? [["张", "三"], ["李", "四"]].slice(0, 1 + draw(2)) : [["Doe", "Jane"], ["Müller", "Jörg"], ["Øst", "Åse"]].slice(0, 1 + draw(3)),
    filed,
    published: [filed[0] + 2, filed[1], filed[2]],
    ipc: [`H01M${1 + draw(10)}/0${1 + draw(8)}`, `B60L${1 + draw(50)}/${10 + draw(9)}`],
  };
});
const name = ([family, given]) => (/^[A-Z]/.test(family) || family === "Øst" ? `${family}, ${given}` : family + given);
writeFileSync("patents.json", JSON.stringify(patents.map((p) => ({ ...p, inventors: p.inventors.map(name), filed: text(p.filed), published: text(p.published) })), null, 1) + "\n");

const cited = new Cite(patents.map((p, i) => ({ id: `p${i}`, type: "patent", title: p.title, number: p.number, author: [...p.applicants.map((literal) => ({ literal })), ...p.inventors.map(([family, given]) => ({ family, given }))], issued: { "date-parts": [p.published] } })));
plugins.config.get("@bibtex").format.asciiOnly = false; // else Chinese letters are left out
for (const [format, file] of [["ris", "citation-js.ris"], ["bibtex", "citation-js.bib"], ["biblatex", "citation-js-biblatex.bib"], ["enw", "citation-js.enw"]]) writeFileSync(file, cited.format(format));

const utc = ([y, m, d]) => new Date(Date.UTC(y, m - 1, d));
const sheet = sheets.utils.aoa_to_sheet([["公开（公告）号", "标题", "申请人", "发明人", "申请日", "公开（公告）日", "IPC分类号"], ...patents.map((p) => [p.number, p.title, p.applicants.join("; "), p.inventors.map(name).join("; "), utc(p.filed), utc(p.published), p.ipc.join("; ")])], { cellDates: true, UTC: true });
const book = sheets.utils.book_new();
sheets.utils.book_append_sheet(book, sheet, "专利");
for (const [type, file] of [["html", "sheetjs-html.xls"], ["xlml", "sheetjs-xml-2003.xls"], ["ods", "sheetjs.ods"], ["fods", "sheetjs.fods"], ["xlsx", "sheetjs.xlsx"]]) sheets.writeFile(book, file, { bookType: type, cellDates: true });
