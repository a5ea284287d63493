/* Topic databases. */
import type zh from "../zh/topic.ts";

const topic: Record<keyof typeof zh, string> = {
  "topic.store": "Add {n} to a topic database",
  "topic.store.open": "Add to topic database",
  "topic.store.go": "Add",
  "topic.which": "Topic database",
  "topic.new": "New",
  "topic.new.name": "Name of the new one",
  "topic.level": "List",
  "topic.reason": "Reason",
  "topic.reason.own": "If empty, each has its own reasons of the match, for example:",
  "topic.reason.search": "Search: {query}",
  "topic.reason.match": "Match “{title}”: {words}",
  "topic.stored": "{n} added to",
  "topic.stored.some": "{n} added, {there} were there already:",
  "topic.members": "Patents ({n})",
  "topic.search": "Search in it",
  "changes.title": "Changes",
  "changes.why": "listed by itself when the patents found change; whoever made this is told",
  "changes.new": "new",
  "changes.status": "status changed",
  "changes.removed": "removed",
  "changes.none": "no changes yet",
};
export default topic;
