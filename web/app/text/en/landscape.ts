import type zh from "../zh/landscape.ts";

const texts: Record<keyof typeof zh, string> = {};
export default texts;
