/* A QR code of an address, drawn as SVG. */
import { QRCode } from "antd";

export function Qr({ text, label }: { text: string; label: string }) {
  return (
    <div role="img" aria-label={label}>
      <span aria-hidden="true">
        <QRCode type="svg" value={text} size={168} bordered={false} color="#000000" bgColor="#ffffff" />
      </span>
    </div>
  );
}
