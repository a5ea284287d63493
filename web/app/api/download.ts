/* Files that are asked for with a body, saved as those that a link fetches; a picture made of an SVG. */
import { ask } from "./client.ts";

export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/* `name`: where the answer has none. */
export async function download(sent: Request, name = ""): Promise<void> {
  const answer = await ask(sent);
  save(await answer.blob(), /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? name);
}

/* An SVG document as a PNG with twice its pixels. */
export async function pngOf(svg: string): Promise<Blob> {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.width * 2;
  canvas.height = picture.height * 2;
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((png) => (png ? done(png) : fail(new Error("no picture")))));
}
