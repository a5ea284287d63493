/* The manual at /help; its chapters are help/NN-NAME.md. */
export default {
  "help.title": "使用帮助",
  "help.lead": "按您的工作选一章。页面上的“帮助”打开这一页的那一章。",
  "help.chapters": "各章",
  "help.window": "在新窗口打开",
  "help.for.all": "每个人",
  "help.for.centre_manager": "运营中心和申报单位",
  "help.for.city_officer": "市（州）局",
  "help.for.province_officer": "省局、省知识产权中心",
  "help.for.auditor": "审计和财政",
  "help.for.system_administrator": "系统管理员",
  "help.for.security_administrator": "安全管理员",
  "help.for.audit_administrator": "审计管理员",
  "help.for.public": "公众",
};
