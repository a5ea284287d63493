/* An answer of the API by its path, for addresses that are made of data: pictures of pages, records of any type. */
import { ask, base } from "./client.ts";

export const readAnswer = (path: string): Promise<Response> => ask(new Request(`${base}/api/v1${path}`));

export const readJson = async <T>(path: string): Promise<T> => (await readAnswer(path)).json() as Promise<T>;
