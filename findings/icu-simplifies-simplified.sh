#!/bin/bash
# Package    icu-devtools and libicu72 72.1-3+deb12u1 (uconv of ICU 72), unicode-data 15.0.0-1, all of Debian 12
# Input      Traditional and Simplified words; the 8105 characters of the mainland's standard table 通用规范汉字表 (kTGH in Unihan)
# Expected   the transform Traditional-Simplified gives Simplified text, leaves Simplified text alone and does no more at a
#            second run
# Behaviour  26 of the 8105 change: 苎 becomes 苧 and 苧 becomes 苎, so each run turns ramie 苎麻 round; 俱 is made 具, 瞭 了,
#            跤 交, 阪 坂, also in 俱樂部, where the rest of the word is converted rightly. 著作權, 乾坤 are right by context.
# Who meets it  whoever folds both scripts to one key with it: index and query differ once one of them is folded twice.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=72.1-3+deb12u1
apt-get download -q icu-devtools=$version libicu72=$version unicode-data=15.0.0-1 \
	>/dev/null 2>&1 || { echo "Debian 12 has these packages no longer"; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$PWD"/usr/lib/*/libicuuc.so.72)
export LD_LIBRARY_PATH
simplify() { usr/bin/uconv -f utf-8 -t utf-8 -x Traditional-Simplified; }
usr/bin/uconv --version
bzcat usr/share/unicode/Unihan_*.txt.bz2 | grep -P '\tkTGH\t' | cut -f1 |
	python3 -c 'import sys; sys.stdout.buffer.write("".join(chr(int(code[2:], 16)) + "\n" for code in sys.stdin).encode())' >standard
simplify <standard >once
said=$(
	for word in 苎麻 苧麻 俱樂部 俱乐部 瞭望塔 摔跤 大阪 著作權 乾坤; do
		one=$(echo "$word" | simplify)
		echo "$word $one $(echo "$one" | simplify)"
	done
	echo "$(wc -l <standard) characters, changed $(paste -d' ' standard once | awk '$1 != $2' | wc -l)"
)
echo "$said"
[ "$said" = "苎麻 苧麻 苎麻
苧麻 苎麻 苧麻
俱樂部 具乐部 具乐部
俱乐部 具乐部 具乐部
瞭望塔 了望塔 了望塔
摔跤 摔交 摔交
大阪 大坂 大坂
著作權 著作权 著作权
乾坤 乾坤 乾坤
8105 characters, changed 26" ] || { echo "the behaviour has changed"; exit 1; }
