"use strict";
// Signing in and out: the set-up link that `serve` prints, one-time links, name and password, and what
// a session still needs. Loaded before page.js, whose element, call and problem it uses when it runs.

const accountTexts = {
  zh: {
    signIn: "登录", signOut: "退出登录", account: "我的账号", name: "登录名", password: "密码", again: "再输一次密码", code: "验证器上的六位数，或一个恢复码",
    differ: "两次输入的密码不同", setUp: "建立首位管理员", setUpHelp: "此人为安全管理员，为其他人建立账号；链接仅一次有效。", displayName: "姓名", office: "运行本实例的主管部门", region: "其行政区划代码（六位，如 510000）",
    link: "一次性登录链接", linkHelp: "此链接只能用一次。", newPassword: "设置密码", oldPassword: "现在的密码", codeIfAny: "验证器上的六位数（已登记的）", passwordHelp: "至少 8 个字符；15 个字符以上的一句话最好。", save: "保存", saved: "已保存。",
    enrol: "登记验证器", enrolHelp: "在手机的验证器中添加账号，输入下面的密钥，再填写它显示的六位数：", begin: "开始登记", recovery: "验证器已启用。请抄下恢复码，每个可用一次，此后不再显示：",
    unit: "单位", roles: "角色", mustCode: "管理员须先登记验证器。", mustPassword: "请先设置新密码。", mustSignIn: "请先登录。",
  },
  en: {
    signIn: "Sign in", signOut: "Sign out", account: "My account", name: "Name", password: "Password", again: "Password again", code: "The six digits of your authenticator, or a recovery code",
    differ: "The two passwords differ", setUp: "The first administrator", setUpHelp: "This person is security administrator and makes the other accounts; the link is good once.", displayName: "The person's name", office: "Office that runs this instance", region: "Its GB/T 2260 code (six digits, as 510000)",
    link: "One-time link", linkHelp: "This link works once.", newPassword: "Set a password", oldPassword: "The present password", codeIfAny: "The six digits of your authenticator, if you have one", passwordHelp: "8 characters at least; a sentence of 15 or more is best.", save: "Save", saved: "Saved.",
    enrol: "Enrol an authenticator", enrolHelp: "Add an account in your telephone's authenticator with this secret, and enter the six digits that it shows:", begin: "Begin", recovery: "The authenticator is in force. Write down the recovery codes; each is good once, and they are not shown again:",
    unit: "Unit", roles: "Roles", mustCode: "Administrators enrol an authenticator first.", mustPassword: "Set a new password first.", mustSignIn: "Sign in first.",
  },
};
const ta = name => accountTexts[language][name];

let session = null; // what GET /session said

async function readSession() {
  session = await call("/session");
  const link = document.getElementById("account");
  link.textContent = session.account ? session.display_name || session.name : ta("signIn");
  return session;
}

// What changes things shows the token of the session beside its cookie.
const csrfHeader = () => (session?.csrf ? { "X-CSRF-Token": session.csrf } : {});
const send = (method, path, body) => call(path, {
  method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body),
});

// A form of named inputs; `act` gets their values, and its error is shown below.
function accountForm(title, help, inputs, button, act) {
  const place = element("div", { role: "status" });
  const fields = inputs.map(([name, label, type, autocomplete]) =>
    element("label", {}, label, element("input", { name, type: type ?? "text", required: "", autocomplete: autocomplete ?? "off" })));
  const form = element("form", {
    class: "account", onsubmit: async event => {
      event.preventDefault();
      place.replaceChildren();
      try {
        await act(Object.fromEntries(new FormData(form)), form, place);
      } catch (error) {
        place.replaceChildren(problem(error));
      }
    },
  }, element("h2", {}, title), help ? element("p", { class: "help" }, help) : null, ...fields,
  element("button", { type: "submit" }, button), place);
  return form;
}

const twice = values => { if (values.password !== values.again) throw new Error(ta("differ")); };
const passwordInputs = () => [["password", ta("password"), "password", "new-password"], ["again", ta("again"), "password", "new-password"]];

function signInForm(after) {
  const form = accountForm(ta("signIn"), null, [["name", ta("name"), "text", "username"], ["password", ta("password"), "password", "current-password"]], ta("signIn"),
    async values => {
      try {
        await send("POST", "/session", values);
      } catch (error) {
        if (!error.fields?.includes("code")) throw error;
        if (!form.elements.code) {
          form.querySelector("button").before(element("label", {}, ta("code"), element("input", { name: "code", autocomplete: "one-time-code", required: "" })));
          form.elements.code.focus();
          return;
        }
        throw error;
      }
      await readSession();
      after();
    });
  return form;
}

// Where a page was refused for want of a session: sign in, then see it.
function signInPage() {
  main.replaceChildren(element("p", { class: "summary" }, ta("mustSignIn")), signInForm(() => (session.needs.length ? location.hash = "#/account" : show())));
}

function setUpPage(link) {
  main.replaceChildren(accountForm(ta("setUp"), ta("setUpHelp"), [["name", ta("name"), "text", "username"], ["display_name", ta("displayName")], ...passwordInputs(), ["office", ta("office")], ["region", ta("region")]], ta("save"),
    async ({ again, ...values }) => {
      twice({ password: values.password, again });
      await send("POST", "/set-up", { link, ...values });
      await send("POST", "/session", { name: values.name, password: values.password });
      await readSession();
      location.hash = "#/account";
    }));
}

function linkPage(link) {
  main.replaceChildren(accountForm(ta("link"), ta("linkHelp"), [], ta("signIn"), async () => {
    await send("POST", "/session/link", { link });
    await readSession();
    location.hash = "#/account";
  }));
}

// The session began too long ago for the server to take a new password without the present one.
function askForProof(form) {
  form.querySelector("label").before(
    element("label", {}, ta("oldPassword"), element("input", { name: "old", type: "password", required: "", autocomplete: "current-password" })),
    element("label", {}, ta("codeIfAny"), element("input", { name: "code", autocomplete: "one-time-code" })));
}

function passwordForm() {
  return accountForm(ta("newPassword"), ta("passwordHelp"), passwordInputs(), ta("save"), async (values, form, place) => {
    twice(values);
    if (values.old) {
      await send("POST", "/session/proof", { password: values.old, code: values.code });
      await readSession();
    }
    try {
      await send("PUT", "/session/password", { password: values.password });
    } catch (error) {
      if (error.status === 403 && !form.elements.old) askForProof(form);
      throw error;
    }
    await readSession();
    form.reset();
    place.replaceChildren(ta("saved"));
  });
}

function codeForm() {
  return accountForm(ta("enrol"), null, [], ta("begin"), async (_, form) => {
    const { secret, uri } = await send("POST", "/session/code");
    const confirm = accountForm(ta("enrol"), ta("enrolHelp"), [["code", ta("code"), "text", "one-time-code"]], ta("save"), async values => {
      const { recovery_codes: codes } = await send("PUT", "/session/code", values);
      await readSession();
      confirm.replaceWith(element("div", { class: "account" }, element("p", {}, ta("recovery")), element("pre", {}, codes.join("\n"))));
    });
    confirm.querySelector("label").before(element("p", {}, element("a", { href: uri }, element("code", {}, secret))));
    form.replaceWith(confirm);
  });
}

async function accountPage() {
  await readSession();
  if (!session.account) {
    main.replaceChildren(signInForm(() => { location.hash = session.needs.length ? "#/account" : "#/search"; show(); }));
    return;
  }
  const must = [session.needs.includes("password") ? ta("mustPassword") : null, session.needs.includes("code") ? ta("mustCode") : null].filter(Boolean);
  const roles = session.roles.filter(role => role.role !== "public").map(role => role.label);
  main.replaceChildren(
    element("article", {}, element("h2", {}, `${session.display_name}（${session.name}）`), element("p", { class: "facts" }, `${ta("roles")}：${roles.join("、") || "—"}`),
      ...must.map(text => element("p", { class: "problem" }, text)),
      element("p", {}, element("button", { type: "button", class: "plain", onclick: async () => {
        try { await send("DELETE", "/session"); } catch (error) { main.append(problem(error)); return; }
        await accountPage();
      } }, ta("signOut")))),
    passwordForm(), codeForm());
}
