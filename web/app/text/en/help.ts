/* The manual at /help; its chapters are help/NN-NAME.md. */
export default {
  "help.title": "Help",
  "help.lead": "Choose a chapter by your work. It is in Chinese. “Help” on a page opens the chapter of that page.",
  "help.chapters": "Chapters",
  "help.window": "Open in a new window",
  "help.for.all": "Everybody",
  "help.for.centre_manager": "Operation centres and applicants",
  "help.for.city_officer": "City offices",
  "help.for.province_officer": "Provincial offices",
  "help.for.auditor": "Audit and finance",
  "help.for.system_administrator": "System administrators",
  "help.for.security_administrator": "Security administrators",
  "help.for.audit_administrator": "Audit administrators",
  "help.for.public": "The public",
};
