/**
 * Whether markup is well-formed XML, as far as generated markup needs it: tags that nest, attributes in double quotes and once each, no
 * bare `&` or `<`, no characters that XML 1.0 forbids, one root. A checker of its own, so that the writer is not judged by itself.
 */

const TAG = /^<(\/?)([A-Za-z][\w:-]*)((?:\s+[A-Za-z_:][\w:.-]*="[^"<]*")*)\s*(\/?)>/;
const ENTITY = /^&(?:#\d+|#x[\dA-Fa-f]+|amp|lt|gt|quot|apos);/;
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** What is wrong; nothing for well-formed markup. */
export function markupFaults(markup: string): string[] {
  const forbidden = FORBIDDEN.exec(markup);
  const faults: string[] = forbidden === null ? [] : [`a forbidden character at ${forbidden.index}`];
  const open: string[] = [];
  let roots = 0;
  for (const match of markup.matchAll(/[<&]/g)) {
    const rest = markup.slice(match.index, match.index + 5000);
    if (match[0] === '&') {
      if (!ENTITY.test(rest)) faults.push(`a bare & at ${match.index}`);
      continue;
    }
    const tag = TAG.exec(rest);
    if (tag === null) {
      faults.push(`not markup at ${match.index}: ${rest.slice(0, 40)}`);
      break;
    }
    const [, slash, name = '', attributes = '', empty] = tag;
    if (slash === '/') {
      const last = open.pop();
      if (last !== name) {
        faults.push(`</${name}> closes <${last}>`);
        break;
      }
    } else {
      if (open.length === 0) roots += 1;
      if (empty === '') open.push(name);
      faults.push(...repeated(attributes).map((attribute) => `${attribute} twice in <${name}>`));
    }
  }
  if (faults.length > 0) return faults;
  if (open.length > 0) return open.map((name) => `<${name}> is never closed`);
  return roots === 1 ? [] : [`${roots} roots`];
}

function repeated(attributes: string): string[] {
  const names = [...attributes.matchAll(/\s([\w:.-]+)="/g)].map((match) => match[1] ?? '');
  return names.filter((name, index) => names.indexOf(name) !== index);
}
