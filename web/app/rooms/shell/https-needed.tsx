/* Over plain HTTP from another machine browsers keep no Secure cookie, so nobody can sign in. The page
 * says how the host is set up instead of failing. */
import { useText } from "../../text/index.ts";
import { Code } from "../../ui/copyable.tsx";

const NGINX = `server {
    listen 443 ssl;
    server_name zhiyun.example.cn;
    ssl_certificate     /etc/nginx/zhiyun.pem;
    ssl_certificate_key /etc/nginx/zhiyun.key;
    location / {
        proxy_pass http://127.0.0.1:8420;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
    }
}`;

export function HttpsNeeded() {
  const t = useText();
  return (
    <section className="sheet sheet-wide">
      <h1>{t("signin.https")}</h1>
      <p className="sheet-line">{t("signin.https.why", { address: location.host })}</p>
      <ol>
        <li>
          {t("signin.https.nginx")}
          <Code block text={NGINX} />
        </li>
        <li>
          {t("signin.https.public")}
          <Code block text={`curl -X PUT http://127.0.0.1:8420/api/v1/public-address -H "Authorization: Bearer $TOKEN" --json '{"url":"https://zhiyun.example.cn","reason":"${t("signin.https.reason")}"}'`} />
        </li>
        <li>{t("signin.https.local")}</li>
      </ol>
    </section>
  );
}
