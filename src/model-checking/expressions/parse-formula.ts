/**
 * Reads a property: `always E`, `sometimes E`, `eventually E`, `E leads to F`, or a bare E, which is `always E`. TLA+ writes
 * `[] E`, `<> E` and `E ~> F`. Temporal forms do not nest: the checker decides these and no others.
 */
import type { Expression, Formula } from './expression.ts';
import { beginsValue, demandEnd, parseBinary } from './parse-expression.ts';
import { WEAKEST } from './precedence.ts';
import { peek, readTokens, type TokenReader, take, takeIf, unexpected } from './token-reader.ts';

export function parseFormula(text: string, path: string): Formula {
  const reader = readTokens({ text, path });
  const kind = takeTemporal(reader);
  const body = parseBinary(reader, WEAKEST);
  const target = takeLeadsTo(reader, kind);
  demandEnd(reader);
  if (target !== undefined) return { kind: 'leads_to', from: body, to: target };
  return { kind: kind ?? 'always', body };
}

function takeTemporal(reader: TokenReader): 'always' | 'sometimes' | 'eventually' | undefined {
  const { is } = peek(reader);
  if (is === 'always' || is === 'sometimes' || is === 'eventually') {
    take(reader);
    return is;
  }
  if (takeIf(reader, '<>')) return 'eventually';
  if (is !== '[' || peek(reader, 1).is !== ']' || !beginsValue(peek(reader, 2))) return undefined;
  reader.position += 2;
  return 'always';
}

/** What stands behind `leads to`, if that is what comes next. */
function takeLeadsTo(reader: TokenReader, kind: string | undefined): Expression | undefined {
  const isSymbol = peek(reader).is === '~>';
  if (!isSymbol && peek(reader).text !== 'leads') return undefined;
  if (kind !== undefined) unexpected(reader, 'the end', `Write "E leads to F" without "${kind}".`);
  take(reader);
  if (!isSymbol && take(reader).text !== 'to') {
    reader.position -= 1;
    unexpected(reader, '"to", as in E leads to F');
  }
  return parseBinary(reader, WEAKEST);
}
