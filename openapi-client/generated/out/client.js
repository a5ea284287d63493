// A client whose types are generated from the description: a full scenario of a record over HTTP.
// Compiling it shows that the description fits what the server takes and gives; running it, that
// the server keeps to it. Prints the answers without ids and times, so that two stores can be compared.
import createClient from "openapi-fetch";
const [base, token] = process.argv.slice(2);
if (!base || !token)
    throw new Error("client.js BASE TOKEN");
const api = createClient({ baseUrl: base, headers: { Authorization: `Bearer ${token}` } });
function must(answer, status) {
    if (answer.response.status !== status || answer.data === undefined)
        throw new Error(`${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
    return answer.data;
}
const said = [];
const who = must(await api.GET("/api/v1/session"), 200);
said.push(who.roles.map((r) => r.role));
const made = must(await api.POST("/api/v1/records/deal", {
    params: { header: { "Idempotency-Key": "client-1" } },
    body: {
        contract_no: "0007-虚构", title: "虚构许可", type: "licence", amount: "120000.50", currency: "CNY",
        parties: ["甲", "乙"], patents: ["CN203010000003.4"], signed: "2026-03-01",
        payments: [{ due: "2026-04-01", amount: "60000.25" }, { due: "2026-05-01", amount: "60000.25", paid: "2026-05-02" }],
    },
}), 201);
said.push([made.version, made.state, made.repeated]);
const again = must(await api.POST("/api/v1/records/deal", {
    params: { header: { "Idempotency-Key": "client-1" } },
    body: {
        contract_no: "0007-虚构", title: "虚构许可", type: "licence", amount: "120000.50", currency: "CNY",
        parties: ["甲", "乙"], patents: ["CN203010000003.4"], signed: "2026-03-01",
        payments: [{ due: "2026-04-01", amount: "60000.25" }, { due: "2026-05-01", amount: "60000.25", paid: "2026-05-02" }],
    },
}), 200);
said.push([again.id === made.id, again.repeated]);
const path = { path: { id: made.id } };
const one = must(await api.GET("/api/v1/records/deal/{id}", { params: path }), 200);
said.push([one.contract_no, one.amount, one.parties, one.payments, one.paid_total]);
const changed = must(await api.PATCH("/api/v1/records/deal/{id}", {
    params: { ...path, header: { "If-Match": '"1"' }, query: { reason: "核对" } }, body: { title: "虚构许可（二）" },
}), 200);
said.push(changed.version);
const late = await api.PATCH("/api/v1/records/deal/{id}", {
    params: { ...path, header: { "If-Match": '"1"' } }, body: { title: "迟到" },
});
said.push([late.response.status, late.error?.status]);
const wrong = await api.POST("/api/v1/records/deal", {
    // @ts-expect-error no such kind of deal: the compiler knows it from the description
    body: { contract_no: "x", type: "gift" },
});
said.push([wrong.response.status, wrong.error?.errors?.map((e) => e.field)]);
const page = must(await api.GET("/api/v1/records/deal", {
    params: { query: { filter: "amount>=100000 and type=licence", sort: "-amount", fields: "contract_no,amount" } },
}), 200);
said.push([page.total, page.items.map((i) => [i.contract_no, i.amount])]);
const ended = await api.POST("/api/v1/records/deal/{id}/actions/{action}", {
    params: { path: { id: made.id, action: "void" }, query: { reason: "试验结束" } }, body: {},
});
said.push([ended.response.status, ended.data?.state]);
console.log(JSON.stringify(said));
