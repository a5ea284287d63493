/* Ant Design under our tokens. The values are those of tokens.css; Ant Design computes with them, so it
 * needs them as literals. */
import type { ThemeConfig } from "antd";

export const theme: ThemeConfig = {
  hashed: false,
  // A fixed key: the default differs between the build, where the style sheet is made, and the browser.
  cssVar: { key: "zhiyun" },
  zeroRuntime: true,
  token: {
    colorPrimary: "#0958D9",
    colorLink: "#0958D9",
    colorLinkHover: "#003EB3",
    colorLinkActive: "#003EB3",
    colorInfo: "#0958D9",
    colorSuccess: "#1A7F37",
    colorWarning: "#8A5300",
    colorError: "#B42318",
    colorTextBase: "#1F2328",
    colorText: "#1F2328",
    colorTextSecondary: "#424A53",
    colorTextTertiary: "#57606A",
    colorTextQuaternary: "#57606A",
    colorTextDescription: "#57606A",
    colorTextPlaceholder: "#6E7781",
    colorBorder: "#8C959F",
    colorBorderSecondary: "#E4E8EC",
    colorSplit: "#E4E8EC",
    colorBgLayout: "#FFFFFF",
    borderRadius: 4,
    borderRadiusSM: 3,
    borderRadiusLG: 6,
    fontSize: 14,
    controlHeight: 32,
    controlHeightSM: 24,
    motion: false,
    fontFamily: "var(--sans)",
    fontFamilyCode: "var(--mono)",
    boxShadow: "0 4px 16px rgba(31,35,40,.12)",
    boxShadowSecondary: "0 4px 16px rgba(31,35,40,.12)",
  },
  components: {
    Table: { headerBg: "#FFFFFF", headerSplitColor: "transparent", rowSelectedBg: "#F0F6FF", cellPaddingBlockSM: 7, cellPaddingInlineSM: 8, cellFontSizeSM: 13 },
    Tabs: { horizontalItemPadding: "10px 0", horizontalItemGutter: 24 },
    Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", contentFontSizeSM: 13, paddingInlineSM: 8 },
    Segmented: { trackBg: "#EFF2F5" },
  },
};
