/**
 * Form of the documents that grow: the change log, and decision records, which stay short enough to be read.
 */
import type { Complaint, SourceFile } from './source-file.ts';

const ADR_LINES_MAX = 40;

const SECTIONS = new Set(['Added', 'Changed', 'Fixed', 'Removed', 'Security']);

export function documentComplaints(file: SourceFile): Complaint[] {
  const complaints = file.path === 'CHANGELOG.md' ? changelogFaults(file.text) : adrFaults(file);
  return complaints.map((complaint) => ({ path: file.path, complaint }));
}

/** `## VERSION — DATE or unreleased`, newest first, with entries under the headings of keepachangelog.com. */
function changelogFaults(text: string): string[] {
  const versions = [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1] ?? '');
  const odd = versions.filter((version) => !/^\d+\.\d+\.\d+ — (?:unreleased|\d{4}-\d\d-\d\d)$/.test(version));
  const sections = [...text.matchAll(/^### (.*)$/gm)].map((match) => match[1] ?? '');
  const unknown = sections.filter((section) => !SECTIONS.has(section));
  const numbers = versions.map((version) => (version.split(' ')[0] ?? '').split('.').map(Number));
  const ordered = numbers.every((version, index) => index === 0 || compare(numbers[index - 1] ?? [], version) > 0);
  return [
    ...(text.startsWith('# Changelog\n') ? [] : ['does not begin with "# Changelog"']),
    ...(versions.length > 0 ? [] : ['names no version']),
    ...odd.map((version) => `the heading "${version}" is not "VERSION — DATE"`),
    ...unknown.map((section) => `the section "${section}" is not one of ${[...SECTIONS].join(', ')}`),
    ...(ordered ? [] : ['versions are not in descending order']),
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((part, at) => part !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function adrFaults({ path, text }: SourceFile): string[] {
  const match = /^docs\/adr\/(\d{4})-/.exec(path);
  if (match === null) return [];
  const lines = text.trimEnd().split('\n').length;
  return [
    ...(lines <= ADR_LINES_MAX ? [] : [`has ${lines} lines, more than ${ADR_LINES_MAX}`]),
    ...(new RegExp(`^# (?:ADR )?${match[1]}`).test(text) ? [] : [`its heading does not begin with ${match[1]}`]),
  ];
}
