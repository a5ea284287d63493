/* Sending files. Small ones go in one request, large ones in pieces, so that progress is known and what is there
 * already is not sent again. */
import { api, ask, base, take } from "./client.ts";

export interface FileValue {
  digest: string;
  name: string;
}

const SMALL = 1 << 20;
const PIECE = 1 << 20;

export interface Sending {
  upload?: string; // of the server, once it has begun
}

const answer = async <T>(sent: Request): Promise<T> => (await (await ask(sent)).json()) as T;

const post = (path: string, method: string, body: Blob | undefined, signal: AbortSignal) =>
  new Request(`${base}/api/v1/files${path}`, { method, body, signal, headers: { "Content-Type": "application/octet-stream" } });

/* `done` is told how many bytes are there. `sending` keeps what a further try goes on with. */
export async function sendFile(file: File, sending: Sending, done: (bytes: number) => void, signal: AbortSignal, secrecy = "internal"): Promise<FileValue> {
  const name = file.name.normalize("NFC");
  if (file.size <= SMALL) {
    const made = await answer<FileValue>(post(`?secrecy=${secrecy}&name=${encodeURIComponent(name)}`, "POST", file, signal));
    return { digest: made.digest, name: made.name };
  }
  let there = 0;
  if (sending.upload) there = (await take(api.GET("/api/v1/files/uploads/{id}", { params: { path: { id: sending.upload } }, signal }))).bytes;
  else sending.upload = (await take(api.POST("/api/v1/files/uploads", { body: { name, secrecy }, signal }))).id;
  while (there < file.size) {
    done(there);
    there = (await answer<{ bytes: number }>(post(`/uploads/${sending.upload}?offset=${there}`, "PUT", file.slice(there, there + PIECE), signal))).bytes;
  }
  done(there);
  const made = await answer<FileValue>(post(`/uploads/${sending.upload}/finish`, "POST", undefined, signal));
  return { digest: made.digest, name: made.name };
}

/* Where a file is fetched; `name` is what it is saved as. */
export const fileAddress = ({ digest }: FileValue) => `${base}/api/v1/files/${digest}`;
