import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineGuard, type DroppedLine } from './line-guard.ts';

function guarded(chunks: readonly Buffer[], bytesMax: number): { passed: string[]; dropped: DroppedLine[] } {
  const passed: string[] = [];
  const dropped: DroppedLine[] = [];
  const guard = createLineGuard(bytesMax, (line) => dropped.push(line));
  guard.on('data', (line: Buffer) => passed.push(line.toString('utf8')));
  for (const chunk of chunks) guard.write(chunk);
  return { passed, dropped };
}

test('whole lines pass, however the input is cut; longer ones are dropped', () => {
  const line = fc.string({ maxLength: 12 }).map((text) => `${text.replaceAll('\n', ' ')}\n`);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.array(fc.nat(100), { maxLength: 20 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.join(''));
      const ends = [...new Set([...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length])].sort(
        (a, b) => a - b,
      );
      const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
      const { passed, dropped } = guarded(chunks, 8);
      const short = lines.filter((each) => Buffer.byteLength(each) <= 8);
      expect(passed).toEqual(short);
      expect(dropped.length).toBe(lines.length - short.length);
    }),
    { seed: 42, numRuns: 200 },
  );
});

test.each<[string, unknown]>([
  ['{"id":1,"x":"…"}', 1],
  ['{"jsonrpc":"2.0","id":"a\\"b","x":"…"}', 'a"b'],
  ['{"x":"…","id":2}', 2],
  [' { "x": "…" , "id" : "z" } \r', 'z'],
  // What stands deeper, or inside a string, is not the id of the request.
  ['{"x":"…","y":{"id":2}}', undefined],
  ['{"y":{"id":2},"x":"…"}', undefined],
  ['{"x":"…,\\"id\\":2}"}', undefined],
  ['{"id":1.5,"x":"…"}', undefined],
  ['{"id":null,"x":"…"}', undefined],
  ['…', undefined],
])('the id of a dropped line %s is %j', (line, requestId) => {
  const text = `${line.replace('…', '-'.repeat(2000))}\n`;
  for (const size of [1, 7, 10_000]) {
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    const { passed, dropped } = guarded(
      chunks.map((chunk) => Buffer.from(chunk)),
      100,
    );
    expect(passed).toEqual([]);
    expect(dropped).toEqual([{ bytes: text.length, requestId }]);
  }
});
