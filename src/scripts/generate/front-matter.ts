/**
 * Markdown files with a YAML head between two lines of three dashes.
 */
import { parse } from 'yaml';

export interface FrontMatterFile {
  /** The parsed head. */
  readonly head: unknown;
  /** The text after the head, trimmed. */
  readonly body: string;
}

const FRONT_MATTER = /^---\n(.*?)\n---\n(.*)$/s;

export function parseFrontMatter(path: string, text: string): FrontMatterFile {
  const match = FRONT_MATTER.exec(text);
  if (match === null) throw new Error(`${path} does not begin with front matter between two lines of ---`);
  return { head: parse(match[1] ?? ''), body: (match[2] ?? '').trim() };
}
