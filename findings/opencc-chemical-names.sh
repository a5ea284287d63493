#!/bin/bash
# Package    opencc, libopencc1.1 and libopencc-data 1.1.6+ds1-1, libmarisa0 0.2.6-13+b1, unicode-data 15.0.0-1, all of Debian 12
# Input      names of chemistry and botany as mainland patents write them, and the 8105 characters of the mainland's standard
#            table 通用规范汉字表 (kTGH in Unihan)
# Expected   t2s, Traditional to Simplified, leaves mainland text as it is and simplifies one character of one meaning one way
# Behaviour  噁 of 噁唑 (oxazole) becomes 恶 (bad), while in 二噁英 (dioxin) it becomes 𫫇, the table's own character; 苧烯
#            (limonene) gets the 苎 of ramie, 芸薹 (rape) the 苔 of moss. 20 of the 8105 change. 醯 of Taiwan's 甲醯胺, which
#            the mainland writes 甲酰胺, stays, as the table has 醯 too.
# Who meets it  whoever runs t2s over all text to be safe: a search for 噁唑 finds nothing, or 恶唑 is shown.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=1.1.6+ds1-1
apt-get download -q opencc=$version libopencc1.1=$version libopencc-data=$version libmarisa0=0.2.6-13+b1 unicode-data=15.0.0-1 \
	>/dev/null 2>&1 || { echo "Debian 12 has these packages no longer"; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$PWD"/usr/lib/*/libopencc.so.1.1)
export LD_LIBRARY_PATH
simplify() { usr/bin/opencc -c usr/share/opencc/t2s.json; }
echo "opencc $(dpkg-deb -f opencc_*.deb Version)"
bzcat usr/share/unicode/Unihan_*.txt.bz2 | grep -P '\tkTGH\t' | cut -f1 |
	python3 -c 'import sys; sys.stdout.buffer.write("".join(chr(int(code[2:], 16)) + "\n" for code in sys.stdin).encode())' >standard
simplify <standard >once
said=$(
	for word in 苯并噁唑 二噁英 苧烯 芸薹 甲醯胺; do echo "$word $(echo "$word" | simplify)"; done
	echo "$(wc -l <standard) characters, changed $(paste -d' ' standard once | awk '$1 != $2' | wc -l)"
)
echo "$said"
[ "$said" = "苯并噁唑 苯并恶唑
二噁英 二𫫇英
苧烯 苎烯
芸薹 芸苔
甲醯胺 甲醯胺
8105 characters, changed 20" ] || { echo "the behaviour has changed"; exit 1; }
