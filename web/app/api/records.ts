/* Records of any type and their descriptions. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take, type Schemas } from "./client.ts";

export type RecordType = Schemas["RecordType"];
export type RecordField = Schemas["RecordField"];
export type Row = Schemas["Record"];

export const typeOf = (type: string) =>
  queryOptions({
    queryKey: ["type", type],
    queryFn: () => take(api.GET("/api/v1/types/{type}", { params: { path: { type } } })),
    staleTime: Infinity,
  });

export const recordOf = (type: string, id: number) =>
  queryOptions({
    queryKey: ["record", type, id],
    queryFn: () => take(api.GET("/api/v1/records/{type}/{id}", { params: { path: { type, id } } })),
  });

export interface ListQuestion {
  filter?: string;
  sort?: string;
  q?: string;
  page?: number;
  limit?: number;
  fields?: string;
  ended?: boolean;
}

export const listOf = (type: string, question: ListQuestion) =>
  queryOptions({
    queryKey: ["records", type, question],
    queryFn: ({ signal }) => take(api.GET("/api/v1/records/{type}", { params: { path: { type }, query: question }, signal })),
    placeholderData: keepPreviousData,
  });

/* What names a record to people. */
export const titleOf = (type: RecordType | undefined, row: Record<string, unknown> | undefined): string => {
  const title = type?.title ? row?.[type.title] : undefined;
  return title === undefined || title === null || title === "" ? (row?.id === undefined ? "" : `#${String(row.id)}`) : String(title);
};
