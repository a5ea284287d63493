#!/bin/bash
# Package    unicode-data 15.0.0-1 of Debian 12, node's String.prototype.normalize
# Input      the characters of the two blocks Kangxi Radicals and CJK Radicals Supplement, which text taken out of a PDF holds
#            where a font has one glyph for the radical and the character
# Expected   NFKC turns both into the characters that they look like, so that a search finds them
# Behaviour  it turns all 214 of the first block, but 2 of 115 of the second, ⺟ and ⻳. The simplified radicals are in the
#            second: ⻓ ⻋ ⻔ ⻢ ⻅ stay, and only ⻳ becomes 龟. EquivalentUnifiedIdeograph.txt has the character for 114.
# Who meets it  whoever searches texts of PDFs: ⻋⻔ looks like 车门 (car door) and is not found, though ⾞⾨ becomes 車門.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q unicode-data=15.0.0-1 >/dev/null 2>&1 || { echo "Debian 12 has this package no longer"; exit 1; }
dpkg -x unicode-data_*.deb .
cat >radicals.js <<'JS'
const text = require("fs").readFileSync("usr/share/unicode/EquivalentUnifiedIdeograph.txt", "utf8");
const ideograph = new Map();
for (const [, from, to, code] of text.matchAll(/^([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*([0-9A-F]+)/gm))
  for (let radical = parseInt(from, 16); radical <= parseInt(to ?? from, 16); radical++)
    ideograph.set(radical, String.fromCodePoint(parseInt(code, 16)));
for (const [block, start, end] of [["Kangxi", 0x2f00, 0x2fd5], ["Supplement", 0x2e80, 0x2ef3]]) {
  const all = Array.from({ length: end - start + 1 }, (_, at) => String.fromCodePoint(start + at)).filter((sign) => /\p{Assigned}/u.test(sign));
  const turned = all.filter((sign) => sign.normalize("NFKC") !== sign);
  console.log(`${block} ${all.length}, by NFKC ${turned.length}, by the file ${all.filter((sign) => ideograph.has(sign.codePointAt())).length}`);
}
for (const sign of "⾞⻋⾨⻔⻓⻢⻅⻳") console.log(sign, sign.normalize("NFKC"), ideograph.get(sign.codePointAt()));
JS
echo "node $(node --version), its Unicode $(node -p process.versions.unicode), $(head -1 usr/share/unicode/EquivalentUnifiedIdeograph.txt)"
said=$(node radicals.js)
echo "$said"
[ "$said" = "Kangxi 214, by NFKC 214, by the file 214
Supplement 115, by NFKC 2, by the file 114
⾞ 車 車
⻋ ⻋ 车
⾨ 門 門
⻔ ⻔ 门
⻓ ⻓ 长
⻢ ⻢ 马
⻅ ⻅ 见
⻳ 龟 龟" ] || { echo "the behaviour has changed"; exit 1; }
