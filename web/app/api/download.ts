/* A file that is asked for with a body, saved as one that a link fetches. */
import { Problem, request, type Schemas } from "./client.ts";

export async function download(sent: Request): Promise<void> {
  const answer = await request(sent);
  if (!answer.ok) throw new Problem(answer.status, ((await answer.json().catch(() => ({}))) ?? {}) as Partial<Schemas["Problem"]>, answer.headers);
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name ?? "";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
