import type zh from "../zh/shell.ts";

const texts: Record<keyof typeof zh, string> = {};
export default texts;
