#!/bin/bash
# Package    xlsx 0.18.5 (SheetJS, the latest version on npm), node
# Input      a workbook with the day 2024-01-15 as every spreadsheet program stores it: the number 45306, format yyyy-mm-dd
# Expected   with `cellDates: true` a Date of 2024-01-15 00:00 local time; a Date of that moment is written as 45306
# Behaviour  in Asia/Shanghai the Date read is 2024-01-14 23:59:17, the day before; the number written is 45306 and 43
#            seconds. In UTC both are right. Until 1901 Shanghai kept local mean time, 8:05:43; the library counts days from
#            30 December 1899 of local time, whose offset in whole minutes loses these 43 seconds.
# Who meets it  whoever takes filing or contract dates out of a workbook with it in China: each is a day early.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . xlsx@0.18.5 >/dev/null
cat >day.js <<'JS'
const book = require("xlsx");
const sheet = { "!ref": "A1", A1: { t: "n", v: 45306, z: "yyyy-mm-dd" } };
const file = book.write({ SheetNames: ["a"], Sheets: { a: sheet } }, { type: "buffer", bookType: "xlsx" });
const read = book.read(file, { cellDates: true }).Sheets.a.A1.v;
const two = (n) => String(n).padStart(2, "0");
const seen = `${read.getFullYear()}-${two(read.getMonth() + 1)}-${two(read.getDate())} ${two(read.getHours())}:${two(read.getMinutes())}:${two(read.getSeconds())}`;
const written = book.utils.aoa_to_sheet([[new Date(2024, 0, 15)]], { cellDates: false }).A1.v;
console.log(`${process.env.TZ}: read ${seen}, written 45306 and ${Math.round((written - 45306) * 86400)} s`);
JS
echo "node $(node --version), xlsx $(node -p 'require("xlsx").version')"
said=$(TZ=Asia/Shanghai node day.js; TZ=UTC node day.js)
echo "$said"
[ "$said" = "Asia/Shanghai: read 2024-01-14 23:59:17, written 45306 and 43 s
UTC: read 2024-01-15 00:00:00, written 45306 and 0 s" ] || { echo "the behaviour has changed"; exit 1; }
