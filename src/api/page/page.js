"use strict";
// The first page of Zhiyun: search, match, landscape and one patent, on the JSON API alone.

const texts = {
  zh: {
    search: "检索", match: "匹配", landscape: "态势", go: "检索", goMatch: "匹配", goLandscape: "统计",
    placeholder: "词语、\"短语\"、标题:词、AND OR NOT、( )、date:2019..2024、ipc:H01M*",
    matchHelp: "粘贴一页需求、技术交底或论文摘要，找出能回答它的专利，并说明理由。",
    records: n => `${n} 件专利`, summary: (shown, total, ms) => `命中 ${total} 件，显示 ${shown} 件，用时 ${ms} 毫秒`,
    more: "显示更多", none: "没有命中。", because: "理由", remove: "移除筛选", language: "English", loading: "正在检索…",
    office: "受理局", type: "类型", kind: "文献种类", status: "状态", year: "年份", ipc1: "IPC 部", ipc3: "IPC 大类", ipc4: "IPC 小类", applicant: "申请人",
    inventor: "发明人", region: "地区", published: "公开年", applied: "申请年", granted: "授权年", ipc7: "IPC 大组", wipo35: "WIPO 35 领域", sei: "战略性新兴产业", by: "按", query: "检索式（可空）",
    number: "公开（公告）号", application: "申请号", dates: "日期", parties: "当事人", classes: "分类号", family: "同族", priorities: "优先权",
    citations: "引文", events: "法律事件", sources: "来源", vendor: "原始字段", back: "返回", count: "件数", share: "比例",
    term: "词", class: "分类", active: "有效", pending: "审中", inactive: "失效", unknown: "未知",
    assignee: "当前权利人", agent: "代理", examiner: "审查员", applicationDate: "申请日", type_: "类型", cited: "被引次数", file: "文件",
    invention: "发明", utility: "实用新型", design: "外观设计", plant: "植物新品种", other: "其他", and: "再按", none_: "—",
    bars: (bars, total) => `${total} 件，分为 ${bars} 组`, tryIt: "试试：", examples: ["电池 隔膜", "标题:机器人", "ipc:G02B 光波导", "申请人:*大学*"],
    abstract: "摘要", claims: "权利要求", first_claim: "首项权利要求", description: "说明书", title: "标题",
  },
  en: {
    search: "Search", match: "Match", landscape: "Landscape", go: "Search", goMatch: "Match", goLandscape: "Count",
    placeholder: "words, \"phrase\", title:term, AND OR NOT, ( ), date:2019..2024, ipc:H01M*",
    matchHelp: "Paste a page that describes a need, a disclosure or an abstract: finds the patents that answer it, with reasons.",
    records: n => `${n} patents`, summary: (shown, total, ms) => `${total} matches, ${shown} shown, ${ms} ms`,
    more: "Show more", none: "No matches.", because: "Because", remove: "Remove filter", language: "中文", loading: "Searching…",
    office: "Office", type: "Type", kind: "Kind", status: "Status", year: "Year", ipc1: "IPC section", ipc3: "IPC class", ipc4: "IPC subclass", applicant: "Applicant",
    inventor: "Inventor", region: "Region", published: "Year published", applied: "Year filed", granted: "Year granted", ipc7: "IPC main group", wipo35: "WIPO 35 fields", sei: "Emerging industries", by: "By", query: "Query (may be empty)",
    number: "Publication", application: "Application", dates: "Dates", parties: "Parties", classes: "Classes", family: "Family", priorities: "Priorities",
    citations: "Citations", events: "Legal events", sources: "Sources", vendor: "Fields as given", back: "Back", count: "Count", share: "Share",
    term: "Term", class: "Class", active: "active", pending: "pending", inactive: "inactive", unknown: "unknown",
    assignee: "Current holder", agent: "Agent", examiner: "Examiner", applicationDate: "Filed", type_: "Type", cited: "Times cited", file: "File",
    invention: "Invention", utility: "Utility model", design: "Design", plant: "Plant", other: "Other", and: "and", none_: "—",
    bars: (bars, total) => `${total} patents in ${bars} groups`, tryIt: "Try:", examples: ["电池 隔膜", "title:robot", "ipc:G02B waveguide", "applicant:*university*"],
    abstract: "Abstract", claims: "Claims", first_claim: "First claim", description: "Description", title: "Title",
  },
};
let language = localStorage.getItem("language") === "en" ? "en" : "zh";
const t = name => texts[language][name] ?? name;
const main = document.getElementById("main");
const PAGE = 20;

// Elements are made by hand: no markup ever comes from data.
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null) node.setAttribute(key, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

async function call(path, options) {
  const reply = await fetch("api/v1" + path, { ...options, headers: { "Accept-Language": language, ...options?.headers, ...csrfHeader() } });
  const body = await reply.json();
  if (!reply.ok) {
    const faults = (body.errors ?? []).map(fault => `${fault.field}: ${fault.message}`);
    const error = new Error([body.detail, ...faults].join("\n"));
    throw Object.assign(error, { status: reply.status, fields: (body.errors ?? []).map(fault => fault.field) });
  }
  return body;
}
const post = (path, body) => call(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

// Who is not signed in, or no longer, is asked to, and then sees the page.
function problem(error) {
  if (error.status === 401 && !document.querySelector("form.account")) {
    session = null;
    setTimeout(signInPage);
  }
  return element("div", { class: "problem text", role: "alert" }, error.message);
}

const marked = runs => runs.map(run => run.marked ? element("mark", {}, run.text) : run.text);

// --- search and match ------------------------------------------------------------

function hitView(hit) {
  const title = hit.highlights.find(h => h.field === "title");
  const facts = [hit.number, hit.date, hit.applicant, hit.ipc, hit.status && t(hit.status)].filter(Boolean).join(" · ");
  const reasons = (hit.reasons ?? []).map(reason =>
    element("span", { title: t(reason.kind) }, reason.weight >= 0.005 ? `${reason.value} ${Math.round(100 * reason.weight)}%` : reason.value));
  return element("article", {},
    element("h2", {}, element("a", { href: `#/patent/${hit.id}` }, ...(title ? marked(title.runs) : [hit.title]))),
    element("p", { class: "facts" }, facts),
    ...hit.highlights.filter(h => h.field !== "title").map(h => element("p", {}, ...marked(h.runs))),
    reasons.length ? element("p", { class: "reasons" }, `${t("because")}：`, ...reasons) : null);
}

// Types and states have words of our own in both languages; other labels are data.
const labelOf = (name, value, label) => (name === "type" || name === "status" ? t(value) : label ?? value);

function facetView(facets, filters, change) {
  return element("aside", { "aria-label": "facets" }, ...facets.filter(facet => facet.values.length).map(facet =>
    element("section", {}, element("h3", {}, t(facet.name)), element("ul", {}, ...facet.values.map(value => {
      const label = labelOf(facet.name, value.value, value.label);
      const filter = `${facet.filter}=${value.value}`;
      labels.set(filter, `${t(facet.name)}：${label}`);
      return element("li", {}, element("button", { type: "button", title: label, onclick: () => change([...filters, filter]) }, label),
        element("span", {}, String(value.count)));
    })))));
}

// What people read on the chip of a filter that they clicked in a facet.
const labels = new Map();

function filterBar(filters, change) {
  return element("div", { class: "filters" }, ...filters.map((filter, i) =>
    element("button", { type: "button", title: t("remove"), onclick: () => change(filters.filter((_, k) => k !== i)) }, `${labels.get(filter) ?? filter} ×`)));
}

// `ask` fetches one page: (offset, facets) → reply.
async function results(place, filters, change, ask) {
  const status = element("p", { class: "summary", role: "status" }, t("loading"));
  place.replaceChildren(filterBar(filters, change), status);
  try {
    const first = await ask(0, true);
    const list = element("div");
    const more = element("p", { class: "more" });
    let shown = 0;
    const add = reply => {
      list.append(...reply.hits.map(hitView));
      shown += reply.hits.length;
      status.textContent = reply.total ? t("summary")(shown, reply.total, first.ms.toFixed(1)) : t("none");
      if (reply.note) status.textContent += " " + reply.note;
      more.replaceChildren(...(shown < reply.total && reply.hits.length ? [element("button", { type: "button", class: "plain", onclick: next }, t("more"))] : []));
    };
    const next = async () => {
      try { add(await ask(shown, false)); } catch (error) { more.replaceChildren(problem(error)); }
    };
    add(first);
    place.replaceChildren(filterBar(filters, change), element("div", { class: "columns" },
      facetView(first.facets ?? [], filters, change), element("div", {}, status, list, more)));
  } catch (error) {
    place.replaceChildren(filterBar(filters, change), problem(error));
  }
}

function address(path, values) {
  const query = new URLSearchParams();
  for (const [name, value] of values) query.append(name, value);
  return `#${path}?${query}`;
}

function searchPage(values) {
  const query = values.get("query"), filters = values.getAll("filter");
  const place = element("div");
  const input = element("input", { type: "search", name: "query", value: query ?? "", placeholder: t("placeholder"), "aria-label": t("search") });
  const show = list => { location.hash = address("/search", [["query", input.value], ...list.map(f => ["filter", f])]); };
  main.replaceChildren(element("form", { class: "ask", role: "search", onsubmit: event => { event.preventDefault(); show(filters); } },
    input, element("button", { type: "submit" }, t("go"))), place);
  input.focus();
  if (query === null) {
    place.replaceChildren(element("p", { class: "summary" }, t("tryIt"), ...t("examples").flatMap(example =>
      [" ", element("a", { href: address("/search", [["query", example]]) }, example)])));
    return;
  }
  results(place, filters, show, (offset, facets) => {
    const wanted = new URLSearchParams([["query", query], ["k", PAGE], ["offset", offset], ["facets", facets]]);
    for (const filter of filters) wanted.append("filter", filter);
    return call(`/search?${wanted}`);
  });
}

let matchText = "";

function matchPage() {
  const place = element("div");
  const input = element("textarea", { name: "text", "aria-label": t("match"), placeholder: t("matchHelp") });
  input.value = matchText;
  const show = filters => {
    matchText = input.value;
    results(place, filters, show, (offset, facets) => post("/match", { text: matchText, k: PAGE, offset, filters, facets }));
  };
  main.replaceChildren(element("form", { class: "ask", onsubmit: event => { event.preventDefault(); show([]); } },
    input, element("button", { type: "submit" }, t("goMatch"))), place);
  input.focus();
  if (matchText) show([]);
}

// --- landscape ---------------------------------------------------------------------

const dimensions = ["year", "published", "applied", "granted", "office", "type", "kind", "status", "ipc1", "ipc3", "ipc4", "ipc7", "applicant", "inventor", "region", "wipo35", "sei"];

function dimensionSelect(chosen, optional) {
  const names = optional ? ["", ...dimensions] : dimensions;
  return element("select", { "aria-label": optional ? t("and") : t("by") }, ...names.map(name => {
    const option = element("option", { value: name }, name ? t(name) : t("none_"));
    option.selected = name === chosen;
    return option;
  }));
}

// The records of a cell, where every part of its key is the value of a filter.
function cellFilters(by, cell) {
  const filters = by.map((name, i) => (cell.key[i] === "未知" ? null : `${name.replace(/^(ipc)\d$/, "$1")}=${cell.key[i]}`));
  return filters.every(Boolean) ? filters : null;
}

function cellRow(by, query, cell, largest) {
  const bar = element("div", { "aria-hidden": "true" });
  bar.style.width = `${100 * cell.count / largest}%`;
  const label = by.map((name, i) => labelOf(name, cell.key[i], (cell.label ?? cell.key)[i])).join(" · ");
  const filters = cellFilters(by, cell);
  const href = filters && address("/search", [["query", query], ...filters.map(f => ["filter", f])]);
  return element("tr", {}, element("td", {}, href ? element("a", { href }, label) : label),
    element("td", { class: "number" }, String(cell.count)), element("td", { class: "bar" }, bar));
}

function landscapePage(values) {
  const by = (values.get("by") ?? "year").split(","), query = values.get("query") ?? "";
  const place = element("div");
  const input = element("input", { type: "search", value: query, placeholder: t("query"), "aria-label": t("query") });
  const first = dimensionSelect(by[0], false), second = dimensionSelect(by[1] ?? "", true);
  const show = () => {
    const wanted = [first.value, second.value].filter((name, i, all) => name && all.indexOf(name) === i);
    location.hash = address("/landscape", [["query", input.value], ["by", wanted.join(",")]]);
  };
  main.replaceChildren(element("form", { class: "ask", onsubmit: event => { event.preventDefault(); show(); } },
    input, first, second, element("button", { type: "submit" }, t("goLandscape"))), place);
  for (const select of [first, second]) select.addEventListener("change", show);
  post("/landscape", { query, by }).then(reply => {
    const top = reply.cells.slice(0, 200), largest = Math.max(1, ...top.map(cell => cell.count));
    place.replaceChildren(
      element("p", { class: "summary" }, [t("bars")(reply.cells.length, reply.total), reply.note].filter(Boolean).join("　")),
      element("table", {}, element("thead", {}, element("tr", {}, element("th", {}, by.map(t).join(" · ")), element("th", {}, t("count")), element("th", {}, ""))),
        element("tbody", {}, ...top.map(cell => cellRow(by, query, cell, largest)))));
  }, error => place.replaceChildren(problem(error)));
}

// --- one patent ----------------------------------------------------------------------

const written = number => number ? (number.display || number.written) : "";

function patentView({ record, sources }) {
  const rows = [];
  const row = (name, ...value) => { if (value.some(v => v && v !== "")) rows.push(element("dt", {}, name), element("dd", {}, ...value)); };
  const lines = list => list.filter(Boolean).flatMap((line, i) => i ? [element("br"), line] : [line]);
  row(t("number"), [written(record.publication), record.publication_date].filter(Boolean).join("　"));
  row(t("application"), written(record.application));
  row(t("applicationDate"), record.application_date);
  row(t("type_"), record.type && t(record.type));
  const state = record.status && t(record.status);
  row(t("status"), [state, record.status_written === state ? "" : record.status_written].filter(Boolean).join(" · "));
  row(t("region"), record.region);
  row(t("cited"), record.times_cited > 0 ? String(record.times_cited) : "");
  row(t("sei"), (record.sei ?? []).join("; "));
  row(t("parties"), ...lines((record.parties ?? []).map(p => `${t(p.role)}: ${p.name}${p.country ? ` (${p.country})` : ""}`)));
  row(t("classes"), (record.classes ?? []).map(c => `${c.scheme.toUpperCase()} ${c.symbol}`).join("; "));
  row(t("priorities"), ...lines((record.priorities ?? []).map(p => [written(p.number), p.date].filter(Boolean).join("　"))));
  row(t("family"), [record.family, ...(record.family_members ?? []).map(written)].filter(Boolean).join("; "));
  row(t("citations"), ...lines((record.citations ?? []).map(c => [written(c.number), c.text, c.category].filter(Boolean).join(" · "))));
  row(t("events"), ...lines((record.events ?? []).map(e => [e.date, e.code, e.text].filter(Boolean).join(" · "))));
  row(t("sources"), ...lines(sources.map(s => [s.source, s.file, s.row ? `#${s.row}` : "", s.received].filter(Boolean).join(" · "))));
  row(t("vendor"), ...lines((record.vendor ?? []).map(v => `${v.name}: ${v.value}`)));
  const texts = record.texts ?? [], titles = texts.filter(x => x.part === "title");
  return [
    element("p", {}, element("a", { href: "#", onclick: event => { event.preventDefault(); history.back(); } }, `← ${t("back")}`)),
    element("article", {}, ...titles.map(x => element("h2", { lang: x.lang || null }, x.content)), element("dl", {}, ...rows)),
    ...texts.filter(x => x.part !== "title").map(x => element("article", {},
      element("h2", {}, t(x.part)), element("p", { class: "text", lang: x.lang || null }, x.content))),
  ];
}

const titleOf = record => (record.texts ?? []).find(x => x.part === "title")?.content;

function patentPage(id) {
  main.replaceChildren(element("p", { class: "summary" }, t("loading")));
  call(`/patents/${id}`).then(reply => {
    document.title = [written(reply.record.publication), titleOf(reply.record)].filter(Boolean).join(" ");
    main.replaceChildren(...patentView(reply));
  }, error => main.replaceChildren(problem(error)));
}

// --- frame -----------------------------------------------------------------------------

function show() {
  const [path, query] = (location.hash.slice(1) || "/search").split("?");
  const values = new URLSearchParams(query ?? "");
  document.documentElement.lang = language;
  document.title = "知运 Zhiyun";
  document.getElementById("language").textContent = t("language");
  for (const link of document.querySelectorAll("nav a")) {
    link.textContent = t(link.dataset.text);
    link.classList.toggle("here", link.getAttribute("href") === `#${path}`);
  }
  if (path.startsWith("set-up=")) setUpPage(path.slice("set-up=".length));
  else if (path.startsWith("link=")) linkPage(path.slice("link=".length));
  else if (path === "/account") accountPage().catch(error => main.replaceChildren(problem(error)));
  else if (/^\/draw\/\d+$/.test(path)) drawPage(path.slice("/draw/".length)).catch(error => main.replaceChildren(problem(error)));
  else if (path.startsWith("/patent/")) patentPage(path.slice("/patent/".length));
  else if (path === "/match") matchPage();
  else if (path === "/landscape") landscapePage(values);
  else searchPage(values);
  fetch("healthz").then(reply => reply.json()).then(health => {
    document.getElementById("records").textContent = t("records")(health.records);
  }, () => {});
}

document.getElementById("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  readSession().catch(() => {}); // its link is text too
  show();
});
window.addEventListener("hashchange", show);
readSession().catch(() => {}).finally(show); // a server that cannot say is asked again by each page
