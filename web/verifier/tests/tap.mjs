/* Reporter for node --test: one flat line of TAP for each test, as tools/test.py counts them. */
export default async function* tap(events) {
    let count = 0;
    for await (const { type, data } of events) {
        if ((type !== "test:pass" && type !== "test:fail") || data.nesting > 0) continue;
        /* The file itself: counts only when it fails by itself, outside of its tests. */
        const inside = type === "test:pass" || data.details.error.failureType === "subtestsFailed";
        if (data.name.endsWith(".test.js") && inside) continue;
        const skipped = data.skip === undefined ? "" : ` # SKIP ${data.skip}`;
        yield `${type === "test:pass" ? "ok" : "not ok"} ${++count} ${data.name}${skipped}\n`;
        if (type === "test:fail") {
            const { error } = data.details;
            const told = String(error.cause?.stack ?? error.stack ?? error);
            yield told.split("\n").map((line) => `# ${line}\n`).join("");
        }
    }
    yield `1..${count}\n`;
}
