/* The portal's check of receipts, within the workbench. */
import { PageHead } from "../../ui/page-head.tsx";
import { ReceiptCheck } from "../../rooms/log/receipt-page.tsx";
import { useText } from "../../text/index.ts";

export default function Receipts() {
  const t = useText();
  return (
    <>
      <PageHead title={t("receipt.title")} line={t("receipt.lead")} />
      <ReceiptCheck />
    </>
  );
}
