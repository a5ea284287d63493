/* Words that several pages use. */
export default {
  "common.loading": "正在加载…",
  "common.retry": "重试",
  "common.failed": "没有成功",
  "common.request": "请求编号 {id}",
  "common.offline": "与服务器的连接断开了，正在重新连接。",
  "common.unknown": "未知",
  "common.home": "首页",
};
