/* The draw of a panel's experts. */
export default {
  "draw.title": "抽取专家",
  "draw.line": "第 {round} 轮 · {state}",
  "draw.frozen": "待承诺和揭示",
  "draw.drawn": "已抽取",
  "draw.failed": "未成，须另抽",
  "draw.none": "尚未冻结专家库",
  "draw.none.text": "冻结专家库后，才能承诺和抽取。",
  "draw.help": "随机数由本浏览器生成，只保存在本浏览器中。先承诺它的 SHA-256；两人都承诺、日志树头签出后，用同一浏览器揭示。",
  "draw.commit": "生成随机数并承诺",
  "draw.reveal": "揭示随机数",
  "draw.fail": "作废本次抽取",
  "draw.fail.line": "作废后专家库解冻，另行冻结、抽取。另一人已揭示而未揭示的，记为其过错。",
  "draw.committed": "已承诺。摘要：{digest}",
  "draw.revealed": "已揭示。",
  "draw.lost": "本浏览器没有您为这一轮保存的随机数。请用承诺时的浏览器揭示；确已丢失的，作废本次抽取。",
  "draw.plain": "浏览器只在 https 或本机地址下计算摘要。请改用这样的地址打开本页。",
};
