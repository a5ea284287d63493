import type zh from "../zh/patent.ts";

const texts: Record<keyof typeof zh, string> = {};
export default texts;
