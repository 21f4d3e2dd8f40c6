/**
 * Generated text inside hand-written files stands between a pair of comments:
 *
 *     <!-- generated:tools -->
 *
 *     …
 *
 *     <!-- /generated:tools -->
 */

/** `text` with everything between the markers of `name` replaced by `content`. */
export function replaceBetweenMarkers(text: string, name: string, content: string): string {
  const begin = `<!-- generated:${name} -->`;
  const end = `<!-- /generated:${name} -->`;
  const start = text.indexOf(begin);
  const stop = text.indexOf(end);
  if (start < 0 || stop < start) throw new Error(`there is no ${begin} … ${end}`);
  return `${text.slice(0, start + begin.length)}\n\n${content.trim()}\n\n${text.slice(stop)}`;
}
