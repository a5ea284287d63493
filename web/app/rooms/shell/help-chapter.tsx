/* A chapter of the manual: on its own page and in the sheet beside a page of the workbench. */
import "./help.css";
import { chapters, type Chapter } from "virtual:help";

export { chapters };

const pictures = import.meta.glob<string>("../../help/*.jpg", { eager: true, query: "?url", import: "default" });

export const chapterOf = (id: string | undefined): Chapter | undefined => chapters.find((one) => one.id === id);

/* The pictures get their addresses before the text is shown: an image without one takes no room, so the text would move. */
const html = (of: Chapter): string => of.html.replace(/data-picture="([^"]+)"/g, (whole, file: string) => (pictures[`../../help/${file}`] ? `src="${pictures[`../../help/${file}`]}"` : whole));

export function ChapterText({ of }: { of: Chapter }) {
  return <div className="help-text" lang="zh-CN" dangerouslySetInnerHTML={{ __html: html(of) }} />;
}
