/**
 * The table of layers in `docs/architecture.md`, from the rules that the tidy test enforces.
 */
import { LAYERS } from '../tidy/layers.ts';
import type { GeneratedFile, ReadSource } from './generated-file.ts';
import { table } from './markdown.ts';
import { replaceBetweenMarkers } from './markers.ts';

export function generateLayerTable(read: ReadSource): GeneratedFile {
  const rows = Object.entries(LAYERS).map(([folder, { values, types = [], packages }]) => [
    `\`${folder}\``,
    [...values.map((each) => `\`${each}\``), ...types.map((each) => `types of \`${each}\``)].join(', '),
    packages === undefined ? 'any' : packages.map((name) => `\`${name === 'node:' ? 'node:*' : name}\``).join(', '),
  ]);
  const path = 'docs/architecture.md';
  return {
    path,
    content: replaceBetweenMarkers(read(path), 'layers', table(['folder', 'may import', 'packages'], rows)),
  };
}
