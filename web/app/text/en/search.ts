import type zh from "../zh/search.ts";

const texts: Record<keyof typeof zh, string> = {};
export default texts;
