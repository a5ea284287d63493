import type zh from "../zh/match.ts";

const texts: Record<keyof typeof zh, string> = {};
export default texts;
