declare module "virtual:antd.css";

declare module "virtual:entry-words" {
  export const words: Record<string, [zh: string, en: string]>; // record types and kinds begin with a full stop
}

declare module "virtual:help" {
  export interface Chapter {
    id: string; // its part of the address, /help/apply
    roles: string[]; // whose work it describes: names of types/roles.yaml; "all"
    title: string;
    about: string; // one sentence
    html: string; // its pictures have their file names in data-picture
  }
  export const chapters: Chapter[];
}

declare module "virtual:initials" {
  export const initials: Record<string, string>;
}

declare module "virtual:receipt-file" {
  const page: string;
  export default page;
}
