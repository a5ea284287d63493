/* A page with a rail at its right: context 304 wide, actions 344, preview 392, sheet 424, paper 464. Without
 * a rail the page has the whole width; what is typed in it outlives a rail that comes or goes. */
import type { ReactNode } from "react";

export function Columns({ rail, width = 304, children }: { rail: ReactNode; width?: 304 | 344 | 392 | 424 | 464; children: ReactNode }) {
  return (
    <div className={rail ? "columns" : undefined} style={{ "--rail": `${width}px` }}>
      <div>{children}</div>
      {rail && <aside>{rail}</aside>}
    </div>
  );
}
