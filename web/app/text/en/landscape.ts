/* Counts of patents by one or two dimensions. */
import type zh from "../zh/landscape.ts";

const landscape: Record<keyof typeof zh, string> = {
  "landscape.title": "Landscape",
  "landscape.query": "Query; empty for all patents",
  "landscape.by": "By",
  "landscape.and": "and by",
  "landscape.only": "(nothing else)",
  "landscape.go": "Count",
  "landscape.total": "{n} patents",
  "landscape.groups": "in {n} groups",
  "landscape.chart": "Chart",
  "landscape.table": "Table",
  "landscape.view": "Chart or table",
  "landscape.by.both": "{a} × {b}",
  "landscape.unit": "number of patents",
  "landscape.open": "{name}: {n} patents; open them",
  "landscape.cut": "The chart has the {n} largest groups; the other {rest} are in the table.",
  "landscape.cut.matrix": "The chart has {rows} rows and {columns} columns, the latest years and the largest groups; the others are in the table.",
  "landscape.cut.table": "The table has the first {n} groups; narrow the query to see the other {rest}.",
  "landscape.several": "A patent may have more than one value of “{name}”, so the groups may add up to more than the total.",
  "landscape.unknown": "{n} unknown, not in the chart; see the table.",
  "landscape.published": "Year published",
  "landscape.applied": "Year filed",
  "landscape.granted": "Year granted",
  "landscape.count": "Patents",
  "landscape.share": "Share of total",
  "landscape.none": "No patent found, nothing to count",
  "landscape.none.why": "Change the query, or remove a filter.",
  "landscape.print": "Print",
};
export default landscape;
