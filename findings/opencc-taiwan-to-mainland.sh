#!/bin/bash
# Package    opencc, libopencc1.1 and libopencc-data 1.1.6+ds1-1, libmarisa0 0.2.6-13+b1, all of Debian 12
# Input      words of Taiwan's patents, and a mainland place
# Expected   tw2s gives Simplified characters; tw2sp puts mainland words for Taiwan's and leaves what both sides write alike
# Behaviour  tw2s and tw2sp turn 抬, Simplified and what Taiwan writes too, into the Traditional 擡, which t2s then leaves
#            as it is; t2s alone keeps 抬. tw2sp makes 设备 (equipment) of every 裝置 (device), 组件 (assembly) of 元件
#            (element), which mainland claims tell apart, and of 埠 a computer's port: 蚌埠市, a city of Anhui, is 蚌端口市.
# Who meets it  whoever converts Taiwan's patents for a search or a comparison with mainland ones, and addresses on the way.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=1.1.6+ds1-1
apt-get download -q opencc=$version libopencc1.1=$version libopencc-data=$version libmarisa0=0.2.6-13+b1 \
	>/dev/null 2>&1 || { echo "Debian 12 has these packages no longer"; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$PWD"/usr/lib/*/libopencc.so.1.1)
export LD_LIBRARY_PATH
convert() { usr/bin/opencc -c "usr/share/opencc/$1.json"; }
echo "opencc $(dpkg-deb -f opencc_*.deb Version)"
said=$(for word in 抬升機構 顯示裝置 發光元件 蚌埠市; do
	echo "$word t2s $(echo "$word" | convert t2s) tw2s $(echo "$word" | convert tw2s) tw2sp $(echo "$word" | convert tw2sp)"
done)
echo "$said"
[ "$said" = "抬升機構 t2s 抬升机构 tw2s 擡升机构 tw2sp 擡升机构
顯示裝置 t2s 显示装置 tw2s 显示装置 tw2sp 显示设备
發光元件 t2s 发光元件 tw2s 发光元件 tw2sp 发光组件
蚌埠市 t2s 蚌埠市 tw2s 蚌埠市 tw2sp 蚌端口市" ] || { echo "the behaviour has changed"; exit 1; }
