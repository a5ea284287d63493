import type zh from "../zh/portal.ts";

const texts: Record<keyof typeof zh, string> = {};
export default texts;
