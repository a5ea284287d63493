/* Equal-square schematic maps of the provinces, and of the cities of a province; col and row count from 0 at the top left. Order and
 * neighbours follow geography as far as squares allow; area, distance and borders mean nothing. Codes:
 * GB/T 2260 (reference/regions.csv); places: drawn for this program. */
export interface Tile {
  code: string;
  name: string;
  col: number;
  row: number;
}

const tiles = (rows: string): Tile[] =>
  rows
    .trim()
    .split("\n")
    .flatMap((line, row) =>
      line
        .trim()
        .split(/\s+/)
        .flatMap((cell, col) => {
          const [name, code] = cell.split(":");
          return code ? [{ code, name: name!, col, row }] : [];
        }),
    );

export const provinceTiles = tiles(`
  . . . . . . . 黑:230000
  . . . . . 蒙:150000 . 吉:220000
  新:650000 . . 宁:640000 晋:140000 京:110000 津:120000 辽:210000
  . 青:630000 甘:620000 陕:610000 豫:410000 冀:130000 鲁:370000
  . 藏:540000 川:510000 渝:500000 鄂:420000 皖:340000 苏:320000 沪:310000
  . . 滇:530000 黔:520000 湘:430000 赣:360000 浙:330000
  . . . 桂:450000 粤:440000 闽:350000 . 台:710000
  . . . 琼:460000 澳:820000 港:810000`);

export const tileMaps: Record<string, { name: string; tiles: Tile[] }> = {
  "51": {
    name: "四川",
    tiles: tiles(`
      .            阿坝:513200 绵阳:510700 广元:510800 巴中:511900 达州:511700
      甘孜:513300  成都:510100 德阳:510600 遂宁:510900 南充:511300 广安:511600
      雅安:511800  眉山:511400 资阳:512000 内江:511000
      凉山:513400  乐山:511100 自贡:510300
      攀枝花:510400 .          宜宾:511500 泸州:510500`),
  },
  "14": {
    name: "山西",
    tiles: tiles(`
      朔州:140600 大同:140200
      .           忻州:140900
      吕梁:141100 太原:140100 阳泉:140300
      .           晋中:140700
      临汾:141000 长治:140400
      运城:140800 晋城:140500`),
  },
};
