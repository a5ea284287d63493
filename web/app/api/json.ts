/* An answer of the API by its path, for addresses that are made of data: pictures of pages, records of any type. */
import { base, Problem, request, type Schemas } from "./client.ts";

export async function readAnswer(path: string): Promise<Response> {
  const answer = await request(new Request(`${base}/api/v1${path}`));
  if (!answer.ok) throw new Problem(answer.status, ((await answer.json().catch(() => ({}))) ?? {}) as Partial<Schemas["Problem"]>, answer.headers);
  return answer;
}

export const readJson = async <T>(path: string): Promise<T> => (await readAnswer(path)).json() as Promise<T>;
