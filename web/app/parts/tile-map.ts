/* Equal-square schematic maps of the cities of a province; col and row count from 0 at the top left. Order and
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
