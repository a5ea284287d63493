/* Topic databases. */
export default {
  "topic.store": "将 {n} 件存入专题库",
  "topic.store.open": "存入专题库",
  "topic.store.go": "存入",
  "topic.which": "专题库",
  "topic.new": "新建",
  "topic.new.name": "新专题库名称",
  "topic.level": "名单",
  "topic.reason": "入库理由",
  "topic.reason.own": "不填则每件写各自的匹配理由，例如：",
  "topic.reason.search": "检索：{query}",
  "topic.reason.match": "匹配“{title}”：{words}",
  "topic.stored": "已存入 {n} 件：",
  "topic.stored.some": "已存入 {n} 件，{there} 件原已在库：",
  "topic.members": "查看专利（{n} 件）",
  "topic.search": "在库内检索",
};
