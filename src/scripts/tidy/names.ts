/**
 * Names of files and folders: kebab-case, a known kind of file, and none for odds and ends.
 */
import type { Complaint, SourceFile } from './source-file.ts';

const EXTENSIONS = new Set([
  'ts',
  'md',
  'yaml',
  'yml',
  'json',
  'jsonl',
  'mjs',
  'py',
  'sh',
  'svg',
  'png',
  'txt',
  'csv',
  'edn',
  'log',
]);

/** What peers in benchmarks are written in. */
const PEER_EXTENSIONS = new Set(['rs', 'toml', 'lock', 'tla', 'cfg']);

/** Names that are given to us. */
const GIVEN_NAMES = new Set(['README', 'LICENSE', 'CHANGELOG', 'CONTRIBUTING', 'SKILL', 'Dockerfile', 'run', 'Cargo']);

const GRAB_BAGS = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'lib', 'shared', 'core', 'types']);

/** Python's own convention. */
const SNAKE = /^[a-z][a-z0-9_]*\.py$/;

/** A module of TLA+ is called like its file. */
const TLA_MODULE = /^[A-Z][A-Za-z]*\.tla$/;

const KEBAB = /^\.?[a-z0-9]+(?:[-.][a-z0-9]+)*$/;

export function nameComplaints({ path }: SourceFile): Complaint[] {
  const folders = path.split('/').slice(0, -1);
  const file = path.split('/').at(-1) ?? '';
  const testdata = folders.includes('testdata');
  return [
    ...folders
      .filter((name) => GRAB_BAGS.has(name))
      .map((name) => `the folder ${name} says nothing about what is in it`),
    ...(testdata
      ? []
      : folders.filter((name) => !KEBAB.test(name)).map((name) => `the folder ${name} is not kebab-case`)),
    ...(GRAB_BAGS.has(file.split('.')[0] ?? '') ? ['the name says nothing about what is in it'] : []),
    ...(testdata || isGoodFileName(file) ? [] : ['the name is not kebab-case']),
    ...(isKnownKind(file) || isPeerFile(path, file) ? [] : ['an unknown kind of file']),
  ].map((complaint) => ({ path, complaint }));
}

function isGoodFileName(file: string): boolean {
  const stem = file.replace(/\.[a-z]+$/, '');
  return GIVEN_NAMES.has(stem) || KEBAB.test(file) || SNAKE.test(file) || TLA_MODULE.test(file);
}

function isPeerFile(path: string, file: string): boolean {
  return path.startsWith('bench/peers/') && PEER_EXTENSIONS.has(file.split('.').at(-1) ?? '');
}

function isKnownKind(file: string): boolean {
  if (file.startsWith('.') || GIVEN_NAMES.has(file)) return true;
  return EXTENSIONS.has(file.split('.').at(-1) ?? '');
}
