/**
 * SVG as text: elements with escaped attributes and text, coordinates rounded to a tenth of a pixel.
 */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; `children` is markup already. */
export function element(name: string, attributes: Attributes, children = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? px(value) : escapeXml(value ?? '')}"`)
    .join('');
  return children === '' ? `<${name}${written}/>` : `<${name}${written}>${children}</${name}>`;
}

/** A text element. */
export function textElement(text: string, attributes: Attributes): string {
  return element('text', attributes, escapeXml(text));
}

/** What browsers show when the pointer rests on the element. */
export function hoverText(text: string): string {
  return `<title>${escapeXml(text)}</title>`;
}

/** Escapes text for content and for attributes in double quotes; characters that XML 1.0 forbids become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replaceAll(FORBIDDEN, '\ufffd').replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A coordinate, with at most one decimal. */
export function px(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

/** A rough width: texts are only kept apart by it, never cut to it. */
export function textWidthPx(text: string, fontPx: number): number {
  return text.length * fontPx * 0.58;
}

/** Everything but what XML 1.0 allows; halves of surrogate pairs that stand alone are among it. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
