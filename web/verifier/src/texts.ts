/* Every sentence a person may read, Chinese and English: a key that lacks one does not compile. */
import type { Entry } from "./entry.ts";
import type { FaultKind, Values } from "./fault.ts";
import type { NoteKind } from "./verify.ts";

export type Language = "zh" | "en";
type Catalogue<Key extends string> = Record<Language, Record<Key, string>>;

const faults: Catalogue<FaultKind> = {
    zh: {
        format: "这不是知运的回执（.receipt）或日志包（.bundle）。",
        line: "第 {line} 行不是此处应有的内容。",
        end: "文件不完整：在第 {line} 行中断。",
        key: "没有给出日志 {origin} 的验证公钥，无法核对其签名。",
        entry: "第 {line} 行不是规范的日志条目，内容被改动过。",
        origin: "混入了另一日志（{origin}）的内容。",
        uid: "同一条目出现了两次（{uid}）。",
        leaf: "第 {index} 条的内容与其摘要不符：条目被改动过。",
        content: "第 {index} 条所附的内容不是规范的写法，被改动过。",
        commitment: "第 {index} 条所附的内容与条目中的承诺值不符：内容被改动过。",
        missing: "缺少第 {index} 条。",
        excess: "从第 {index} 条起，多出了日志头没有计入的条目。",
        checkpoint: "日志头的写法不规范（{line}）。",
        signature: "日志头没有所给公钥的有效签名（日志 {origin}）。",
        cosignature: "见证方 {name} 的联署签名无效。",
        size: "日志头计 {size} 条，此处为 {count} 条。",
        root: "这些条目得不出日志头所签的根摘要：有条目被改动、调换、删去或添加。",
        index: "序号 {index} 超出了日志头的条数 {size}。",
        path: "证明路径的长度不对（{count} 个摘要）。",
        older: "比您保存的日志头（{size} 条）还旧：日志可能被回退。",
        time: "与您保存的日志头（{size} 条）相比，时间倒退。",
        inconsistent: "与您保存的日志头（{size} 条）不一致：历史被改写，或日志有两个版本。",
        held: "您保存的日志头不是用此公钥签名的（日志 {origin}）。",
        witnesses: "经核对的见证方联署有 {count} 个，少于要求的 {asked} 个。",
        vkey: "这不是有效的验证公钥，或同一名称给了两次：{key}",
        file: "文件“{name}”与第 {index} 条内容记载的不同：文件被改动过。",
    },
    en: {
        format: "This is neither a receipt (.receipt) nor a log bundle (.bundle) of Zhiyun.",
        line: "Line {line} is not what has to stand there.",
        end: "The file is incomplete: it breaks off in line {line}.",
        key: "No verifier key was given for the log {origin}; its signature cannot be checked.",
        entry: "Line {line} is not a well-formed log entry: it was changed.",
        origin: "It contains a part of another log ({origin}).",
        uid: "The same entry stands there twice ({uid}).",
        leaf: "Entry {index} does not have the digest listed for it: it was changed.",
        content: "The content beside entry {index} is not well-formed: it was changed.",
        commitment: "The content beside entry {index} is not what the entry commits to: it was changed.",
        missing: "Entry {index} is missing.",
        excess: "From entry {index} on there are entries that the head does not count.",
        checkpoint: "The log head is not well-formed ({line}).",
        signature: "The log head has no good signature by the given key (log {origin}).",
        cosignature: "The cosignature of witness {name} is not good.",
        size: "The log head counts {size} entries; here are {count}.",
        root: "These entries do not give the signed root: some were changed, exchanged, removed or added.",
        index: "Index {index} is beyond the {size} entries of the log head.",
        path: "The proof has the wrong length ({count} digests).",
        older: "It is older than the log head you hold ({size} entries): the log may have been set back.",
        time: "Compared with the log head you hold ({size} entries), time goes backwards.",
        inconsistent: "It contradicts the log head you hold ({size} entries): history was rewritten, or the log has two versions.",
        held: "The log head you hold is not signed by this key (log {origin}).",
        witnesses: "{count} cosignatures were checked; {asked} are asked for.",
        vkey: "This is not a valid verifier key, or one name was given twice: {key}",
        file: "The file “{name}” is not the one that entry {index} names: it was changed.",
    },
};

const notes: Catalogue<NoteKind> = {
    zh: {
        signed: "已核对：日志头带有日志 {origin} 的有效签名。",
        entry_proven: "已核对：该条目是这份日志的第 {index} 条（从 0 起，共 {size} 条），一字未改。",
        entries_proven: "已核对：日志头所计的 {count} 条都在，一字未改，次序无误。",
        witness: "已核对：见证方 {name} 于 {when} 联署了此日志头。",
        witness_unchecked: "未核对：{name} 的联署（没有给出其公钥）。",
        witness_absent: "未核对：日志头上没有见证方 {name} 的联署，而您给出了其公钥。",
        witness_none: "未核对：没有经核对的见证方联署，此日志头只有日志自己的签名。",
        content_none: "未核对：回执只证明条目本身，不含其内容。",
        content_checked: "已核对：{count} 条所附的内容与条目中的承诺值一致。",
        content_withheld: "未核对：{count} 条的内容未随日志包提供。",
        fields_closed: "未核对：{count} 个字段的值已依法删除或未提供，只剩其承诺值。",
        files_named: "未核对：内容中提到 {count} 个文件，日志包不含文件本身。",
        file_checked: "已核对：文件“{name}”就是第 {index} 条内容记载的那一个。",
        file_unnamed: "未核对：内容中没有提到文件“{name}”。",
        held_consistent: "已核对：与您保存的日志头（{size} 条）一致。",
        held_unchecked: "未核对：与您保存的日志头（{size} 条）是否一致，单凭回执无法判断，需要日志包。",
        held_none: "未核对：您没有保存过此日志的日志头，无法发现此前的改写。",
    },
    en: {
        signed: "Checked: the log head bears a good signature of the log {origin}.",
        entry_proven: "Checked: the entry is number {index} (from 0) of the {size} in this log, unchanged.",
        entries_proven: "Checked: the {count} entries that the head counts are all here, unchanged and in order.",
        witness: "Checked: witness {name} cosigned this log head at {when}.",
        witness_unchecked: "Not checked: the cosignature of {name} (its key was not given).",
        witness_absent: "Not checked: witness {name}, whose key you gave, has not cosigned this log head.",
        witness_none: "Not checked: no witness's cosignature was checked; the log alone signs this head.",
        content_none: "Not checked: a receipt proves the entry; it does not hold the content.",
        content_checked: "Checked: the content beside {count} entries is what they commit to.",
        content_withheld: "Not checked: the content of {count} entries is not in the bundle.",
        fields_closed: "Not checked: {count} values were erased or withheld; only their commitments are left.",
        files_named: "Not checked: the contents name {count} files, which are not part of a bundle.",
        file_checked: "Checked: the file “{name}” is the one that entry {index} names.",
        file_unnamed: "Not checked: no content names the file “{name}”.",
        held_consistent: "Checked: it agrees with the log head you hold ({size} entries).",
        held_unchecked: "Not checked: whether it agrees with the log head you hold ({size} entries) needs a bundle; a receipt cannot tell.",
        held_none: "Not checked: you hold no earlier head of this log; a rewriting before now would not show.",
    },
};

/* Kinds of notes that say what was found good; the others say what was left open. */
const GOOD = new Set<NoteKind>([
    "signed", "entry_proven", "entries_proven", "witness", "content_checked", "file_checked", "held_consistent",
]);
export const isGood = (kind: NoteKind): boolean => GOOD.has(kind);

const page = {
    zh: {
        title: "知运 · 证据核验",
        other: "English",
        intro: "在您自己的电脑上核对回执（.receipt）和日志包（.bundle）。本页不连接网络，文件不离开这台电脑。",
        keys: "验证公钥",
        keys_hint: "每行一个：日志的公钥必填，见证方的公钥可选。请从可靠的渠道取得，不要取自要核对的文件的来处。",
        key_log: "日志 {name}",
        key_witness: "见证方 {name}",
        files: "文件",
        drop: "把回执或日志包拖到这里，或选择文件。内容中提到的附件也可以一并放入。",
        held: "已记住的日志头",
        held_hint: "记住日志头，以后就能发现日志被改写或回退。只存放在这个浏览器里。",
        held_size: "{origin}，{size} 条，{when}",
        keep: "记住这个日志头",
        kept: "已记住。",
        save: "另存日志头",
        drop_head: "忘记",
        working: "正在核对 {name}：{percent}%",
        good: "核验通过",
        bad: "核验不通过",
        open: "无法核验",
        first_bad: "第一处有问题的条目：",
        place: "第 {index} 条",
        stopped: "核验在第一处问题停止，其后的内容没有核对。",
        head: "日志头",
        entry: "条目",
        origin: "日志",
        size: "条数",
        root: "根摘要",
        time: "时间",
        unreadable: "无法读取文件“{name}”。",
    },
    en: {
        title: "Zhiyun · Evidence check",
        other: "中文",
        intro: "Checks receipts (.receipt) and log bundles (.bundle) on your own computer. This page makes no connection; no file leaves this computer.",
        keys: "Verifier keys",
        keys_hint: "One a line: the log's key is needed, witnesses' keys are optional. Take them from a source you trust, not from where the file came from.",
        key_log: "log {name}",
        key_witness: "witness {name}",
        files: "Files",
        drop: "Drop receipts or bundles here, or choose them. Files that their contents name can come along.",
        held: "Log heads you hold",
        held_hint: "A log head you hold shows later whether the log was rewritten or set back. It is kept in this browser only.",
        held_size: "{origin}, {size} entries, {when}",
        keep: "Hold this log head",
        kept: "It is held.",
        save: "Save the log head",
        drop_head: "Forget",
        working: "Checking {name}: {percent} %",
        good: "Good",
        bad: "Not good",
        open: "Cannot be checked",
        first_bad: "The first bad entry: ",
        place: "entry {index}",
        stopped: "The check stops at the first fault; what follows was not checked.",
        head: "Log head",
        entry: "Entry",
        origin: "Log",
        size: "Entries",
        root: "Root",
        time: "Time",
        unreadable: "The file “{name}” cannot be read.",
    },
} satisfies Catalogue<string>;

export type PageText = keyof (typeof page)["zh"] & keyof (typeof page)["en"];

const fields: Catalogue<keyof Entry> = {
    zh: {
        log: "日志", uid: "条目编号", at: "时间", date: "业务日期", who: "账号", for: "代表账号", unit: "单位",
        role: "角色", do: "动作", type: "种类", id: "编号", version: "版本", content: "内容承诺值", batch: "批次", status: "状态码",
    },
    en: {
        log: "Log", uid: "Entry", at: "Time", date: "Business date", who: "Account", for: "On behalf of", unit: "Unit",
        role: "Role", do: "Action", type: "Kind", id: "Id", version: "Version", content: "Commitment", batch: "Batch", status: "Status",
    },
};

export const pageText = (language: Language, key: PageText, values: Values = {}): string =>
    fill(page[language][key], values);
export const fieldText = (language: Language, key: keyof Entry): string => fields[language][key];

export function fill(sentence: string, values: Values): string {
    return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

export function faultText(language: Language, fault: { kind: FaultKind; values: Values }): string {
    return fill(faults[language][fault.kind], fault.values);
}

export function noteText(language: Language, note: { kind: NoteKind; values: Values }): string {
    const when = typeof note.values.time === "number" ? timeText(note.values.time * 1000) : "";
    return fill(notes[language][note.kind], { ...note.values, when });
}

/* Universal time: one spelling for whoever reads it. */
export function timeText(ms: number): string {
    const date = new Date(ms);
    return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().replace("T", " ").replace(/(\.000)?Z/, " UTC");
}
