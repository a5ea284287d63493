"use strict";
// The draw of a panel (#/draw/NUMBER): each of the two persons makes his 32 bytes here, in his own browser; their
// digest is committed to first, and they are revealed after. Nobody types or sees them. They are kept in this
// browser alone, by person, panel and round, and are there again after it was closed; or they come from a file that
// `zhiyun panel value` made on his machine. Loaded before page.js.

const drawTexts = {
  zh: {
    draw: "抽取专家", round: "轮次", none: "尚未冻结专家库，没有可以承诺的抽取。", commit: "生成随机数并承诺", reveal: "揭示",
    help: "随机数由本浏览器生成并只保存在本浏览器中：先承诺其 SHA-256，两人都承诺且日志树头签出后，用同一浏览器揭示。也可选择在本机用 zhiyun panel value 生成的文件。", file: "本机生成的文件（可不选）", wrong: "这不是 zhiyun panel value 生成的文件。", committed: "已承诺，摘要：", revealed: "已揭示。",
    lost: "本浏览器没有您为这一轮保存的随机数：请用承诺时的浏览器揭示；确已丢失的，作废本次抽取。", plain: "浏览器只在 https 或本机地址下计算摘要，请改用这样的地址打开本页。",
  },
  en: {
    draw: "Draw of experts", round: "round", none: "The pool is not frozen yet: there is no draw to commit to.", commit: "Make a value and commit to it", reveal: "Reveal",
    help: "The value is made by this browser and kept in it alone: its SHA-256 is committed to first; once both have, and a head of the log is signed, it is revealed from the same browser. A file that zhiyun panel value made on your machine will do as well.", file: "File made on this machine (may be empty)", wrong: "This is no file that zhiyun panel value made.", committed: "Committed; digest: ", revealed: "Revealed.",
    lost: "This browser keeps no value of yours for this round: reveal from the browser that committed; if it is lost, give the draw up.", plain: "The browser computes digests under https or a local address alone: open this page by such an address.",
  },
};
const td = name => drawTexts[language][name];

const hexOf = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = hex => Uint8Array.from(hex.match(/../g), pair => parseInt(pair, 16));
const drawKey = (panel, round) => `draw ${session.account} ${panel} ${round}`;

// The value in the file that he took; null: he took none.
async function valueOfFile(file) {
  if (!file) return null;
  const text = (await file.text()).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(td("wrong"));
  return text;
}

// Kept before it is committed to; asked for again it is the same, for the first may have arrived.
async function commitDraw(panel, round, file) {
  if (!crypto.subtle) throw new Error(td("plain"));
  const kept = await valueOfFile(file) ?? localStorage.getItem(drawKey(panel, round));
  const value = kept ? bytesOf(kept) : crypto.getRandomValues(new Uint8Array(32));
  localStorage.setItem(drawKey(panel, round), hexOf(value));
  const commitment = hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", value)));
  await send("POST", `/panels/${panel}/actions/commit`, { commitment });
  return commitment;
}

// It stays kept: what was revealed is no secret any more, and a reveal that came too early is asked for again.
async function revealDraw(panel, round, file) {
  const value = await valueOfFile(file) ?? localStorage.getItem(drawKey(panel, round));
  if (!value) throw new Error(td("lost"));
  return send("POST", `/panels/${panel}/actions/reveal`, { value });
}

async function drawPage(panel) {
  await readSession();
  const [about, draws] = [await call(`/panels/${panel}`), await call(`/panels/${panel}/draws`)];
  const file = element("input", { type: "file", "aria-label": td("file") });
  const draw = draws.items[0], place = element("div", { role: "status" });
  const button = (label, act) => element("button", { type: "button", onclick: async () => {
    place.replaceChildren();
    try {
      place.replaceChildren(await act());
    } catch (error) {
      place.replaceChildren(problem(error));
    }
  } }, label);
  main.replaceChildren(element("article", {}, element("h2", {}, `${td("draw")}：${about.title}`),
    ...(draw ? [
      element("p", { class: "facts" }, `${td("round")} ${draw.round} · ${draw.state}`), element("p", { class: "help" }, td("help")),
      element("p", {}, element("label", {}, td("file"), " ", file)),
      element("p", {}, button(td("commit"), async () => td("committed") + await commitDraw(panel, draw.round, file.files[0])), " ",
        button(td("reveal"), async () => { await revealDraw(panel, draw.round, file.files[0]); return td("revealed"); }))]
      : [element("p", {}, td("none"))]), place));
}
