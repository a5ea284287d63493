/* Files that are asked for with a body, saved as those that a link fetches; a picture drawn from an SVG. */
import { Problem, request, type Schemas } from "./client.ts";

async function answered(sent: Request): Promise<Response> {
  const answer = await request(sent);
  if (!answer.ok) throw new Problem(answer.status, ((await answer.json().catch(() => ({}))) ?? {}) as Partial<Schemas["Problem"]>, answer.headers);
  return answer;
}

export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/* `name`: where the answer has none. */
export async function download(sent: Request, name = ""): Promise<void> {
  const answer = await answered(sent);
  save(await answer.blob(), /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? name);
}

/* The SVG that is asked for, as a PNG with twice its pixels. */
export async function downloadPng(sent: Request, name: string): Promise<void> {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await (await answered(sent)).text())}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.width * 2;
  canvas.height = picture.height * 2;
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob | null>((done) => canvas.toBlob(done));
  if (png) save(png, name);
}
