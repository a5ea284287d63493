import type zh from "../zh/common.ts";

const texts: Record<keyof typeof zh, string> = {
  "common.product": "Zhiyun",
  "common.loading": "Loading…",
  "common.retry": "Try again",
  "common.failed": "That did not work",
  "common.broken": "This page has failed. Try again, or go back to the first page; what was saved is safe.",
  "common.noAnswer": "The server gives no answer. Try again once it is back; what you typed is still here.",
  "common.requestId": "Request",
  "common.request": "Request {id}",
  "common.offline": "The connection to the server is lost; reconnecting.",
  "common.unknown": "Unknown",
  "common.home": "Home",
  "common.toHome": "Back to the first page",
  "common.missing": "There is no such page, or it is not open to you",
  "common.missing.why": "The address may be wrong, the record withdrawn, or it may belong to another unit.",
  "common.copy": "Copy {text}",
  "common.copyShort": "Copy",
  "common.copied": "Copied",
  "common.required": "required",
  "common.cancel": "Cancel",
  "common.close": "Close",
  "common.comma": ", ",
  "common.save": "Save",
  "common.more": "Show more",
};
export default texts;
