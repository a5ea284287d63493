/* Stands in for @rc-component/util's dynamicCSS: constructable style sheets (Chromium 73, Firefox 101)
 * instead of <style> elements, which the content security policy forbids. Same exports. */
const sheets = new Map();

function adopt() {
  document.adoptedStyleSheets = [...sheets.values()].map((entry) => entry.sheet);
}

export function updateCSS(css, key, option = {}) {
  let entry = sheets.get(key);
  if (!entry) {
    entry = { sheet: new CSSStyleSheet(), node: document.createElement("style") };
    sheets.set(key, entry);
    adopt();
  }
  if (entry.css !== css) {
    entry.sheet.replaceSync(css);
    entry.css = css;
  }
  entry.node.setAttribute(option.mark ? `data-${option.mark.replace(/^data-/, "")}` : "rc-util-key", key);
  return entry.node;
}

export function removeCSS(key) {
  if (sheets.delete(key)) adopt();
}

export const injectCSS = (css, option = {}) => updateCSS(css, option.key ?? css, option);
export const clearContainerCache = () => {};
