import type zh from "../zh/signin.ts";

const texts: Record<keyof typeof zh, string> = {};
export default texts;
