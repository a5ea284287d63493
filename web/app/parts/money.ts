/* Money is kept in fen and shown in yuan: 2,300,000.00. The unit stands beside it or in the head. */
export function yuan(fen: number): string {
  const [whole, cents] = (Math.abs(fen) / 100).toFixed(2).split(".");
  return `${fen < 0 ? "-" : ""}${whole!.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
}
