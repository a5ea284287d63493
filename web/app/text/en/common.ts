import type zh from "../zh/common.ts";

const texts: Record<keyof typeof zh, string> = {
  "common.loading": "Loading…",
  "common.retry": "Try again",
  "common.failed": "This did not succeed",
  "common.request": "Request {id}",
  "common.offline": "The connection to the server is lost; reconnecting.",
  "common.unknown": "Unknown",
  "common.home": "Home",
};
export default texts;
