/**
 * Cuts standard input into whole lines and drops those that are too long, so that one of them does not end the connection,
 * as it would in the SDK's transport. What is dropped is answered if its request id can be told from its ends alone.
 */
import { Transform } from 'node:stream';

/** The same as a request body over HTTP may have. */
export const LINE_BYTES_MAX = 4 * 1024 * 1024;

/** How much of either end of a dropped line is looked at. */
const END_BYTES = 256;
const NEWLINE = 0x0a;

export interface DroppedLine {
  readonly bytes: number;
  /** The id of the request that it was, if it was one. */
  readonly requestId: string | number | undefined;
}

export function createLineGuard(bytesMax: number, onDropped: (line: DroppedLine) => void): Transform {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);

  const take = (piece: Buffer): void => {
    bytes += piece.length;
    head = head.length < END_BYTES ? Buffer.concat([head, piece.subarray(0, END_BYTES)]) : head;
    tail = Buffer.concat([tail, piece.subarray(-END_BYTES)]).subarray(-END_BYTES);
    pieces = bytes <= bytesMax ? [...pieces, piece] : [];
  };
  const endLine = (stream: Transform): void => {
    if (bytes <= bytesMax) stream.push(Buffer.concat(pieces));
    else onDropped({ bytes, requestId: requestIdIn(head.toString('utf8'), tail.toString('utf8')) });
    pieces = [];
    bytes = 0;
    head = Buffer.alloc(0);
    tail = Buffer.alloc(0);
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let start = 0;
      while (start < chunk.length) {
        const newline = chunk.indexOf(NEWLINE, start);
        const end = newline === -1 ? chunk.length : newline + 1;
        take(chunk.subarray(start, end));
        if (newline !== -1) endLine(this);
        start = end;
      }
      done();
    },
  });
}

/**
 * In JSON text, `"id":1` right after the opening brace or right before the closing one is a member of the outermost object: inside
 * a string its quotes would be escaped. Clients of both generations write it at one of the two places.
 */
function requestIdIn(head: string, tail: string): string | number | undefined {
  const value = String.raw`("(?:[^"\\]|\\.){1,100}"|\d{1,15})`;
  const first = new RegExp(String.raw`^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*${value}\s*[,}]`).exec(
    head,
  );
  const last = new RegExp(String.raw`,\s*"id"\s*:\s*${value}\s*\}\s*$`).exec(tail);
  const text = first?.[1] ?? last?.[1];
  return text === undefined ? undefined : (JSON.parse(text) as string | number);
}
