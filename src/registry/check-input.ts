/**
 * Arguments are checked before a tool sees them: size, depth, forbidden keys, then the tool's schema. Each complaint
 * names the path, what was got, what was expected, and shows a call that works.
 */
import type * as z from 'zod';
import { closestName } from '../kernel/closest-name.ts';
import { defined } from '../kernel/defined.ts';
import { fail, renderReceived } from '../kernel/failure.ts';
import { invariant } from '../kernel/invariant.ts';
import { inputSchemaOf, type JsonSchema } from './json-schema.ts';
import type { AnyTool } from './tool-registry.ts';

export const INPUT_DEPTH_MAX = 32;
export const INPUT_VALUES_MAX = 200_000;

/** Bounds of a message about many faults at once. */
const OTHER_ISSUES_MAX = 8;
const OTHER_EXPECTATION_LENGTH_MAX = 120;
const KEYS_SHOWN_MAX = 5;

/** Keys that could reach a prototype when an object is copied carelessly somewhere. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Returns the parsed input, or fails with `input/…`. */
export function checkInput(tool: AnyTool, args: unknown): Record<string, unknown> {
  checkShape(tool, args);
  const parsed = tool.input.safeParse(args);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  return failOnIssues(tool, args, parsed.error.issues.flatMap(insideUnion));
}

/** What is wrong with a value that may have one of several forms is what is wrong with the form that it is nearest to. */
function insideUnion(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [first, ...others] = issue.errors;
  if (first === undefined) return [issue];
  const nearest = others.reduce((best, each) => (faultCount(each) < faultCount(best) ? each : best), first);
  return nearest.map((each) => ({ ...each, path: [...issue.path, ...each.path] })).flatMap(insideUnion);
}

function faultCount(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function checkShape(tool: AnyTool, args: unknown): void {
  let values = 0;
  const visit = (value: unknown, path: string, depth: number): void => {
    values += 1;
    if (values > INPUT_VALUES_MAX) failOnLimit(tool, path, `at most ${INPUT_VALUES_MAX} values in all`);
    if (typeof value !== 'object' || value === null) return;
    if (depth > INPUT_DEPTH_MAX) failOnLimit(tool, path, `at most ${INPUT_DEPTH_MAX} levels of nesting`);
    for (const [key, member] of Object.entries(value)) {
      const memberPath = Array.isArray(value) ? `${path}[${key}]` : joinPath(path, key);
      if (FORBIDDEN_KEYS.has(key)) failOnForbiddenKey(tool, memberPath);
      visit(member, memberPath, depth + 1);
    }
  };
  visit(args, '', 1);
}

function failOnLimit(tool: AnyTool, path: string, expected: string): never {
  return fail('input/too_large', {
    message: 'the arguments are too large',
    path: path.slice(0, 200),
    expected,
    nextStep: `Send less, for example ${exampleCall(tool)}`,
  });
}

function failOnForbiddenKey(tool: AnyTool, path: string): never {
  return fail('input/invalid', {
    message: 'this key is not allowed',
    path: path.slice(0, 200),
    expected: 'keys of the input schema only',
    nextStep: `Remove the key. A call that works: ${exampleCall(tool)}`,
  });
}

function failOnIssues(tool: AnyTool, args: unknown, [issue, ...others]: readonly z.core.$ZodIssue[]): never {
  invariant(issue !== undefined, 'a refused input has an issue');
  const path = renderPath(issue.path);
  const received = valueAt(args, issue.path);
  const missing = received === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
  const count = others.length > 0 ? ` (and ${others.length} more)` : '';
  const known = knownKeys(inputSchemaOf(tool), issue.path);
  const hints = `${hintAtNames(known, issue)}${listKnown(known, issue)}${hintAtQuotes(received, issue)}`;
  return fail(missing ? 'input/missing' : 'input/invalid', {
    message: missing ? `a required argument is missing${count}` : `an argument is not valid${count}`,
    ...defined({
      path: path === '' ? undefined : path,
      received: missing ? undefined : renderReceived(received),
    }),
    expected: `${expectation(issue)}${hints}${describeOthers(tool, others)}`,
    nextStep: `A call that works: ${exampleCall(tool)}`,
  });
}

/** Where else something is wrong, so that all of it can be mended in one go. */
function describeOthers(tool: AnyTool, issues: readonly z.core.$ZodIssue[]): string {
  if (issues.length === 0) return '';
  const shown = issues.slice(0, OTHER_ISSUES_MAX).map((issue) => {
    const hint = hintAtNames(knownKeys(inputSchemaOf(tool), issue.path), issue);
    const text = `${expectation(issue)}${hint}`.slice(0, OTHER_EXPECTATION_LENGTH_MAX);
    return issue.path.length === 0 ? text : `at ${renderPath(issue.path).slice(0, 200)} ${text}`;
  });
  const rest = issues.length > shown.length ? `; and ${issues.length - shown.length} more` : '';
  return `; also ${shown.join('; ')}${rest}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'a finite number',
  string: 'a string',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** What would have been accepted, from the issue alone. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'unrecognized_keys':
      return `no key ${issue.keys.slice(0, KEYS_SHOWN_MAX).map(shortened).join(', ')}`;
    default:
      return issue.message;
  }
}

/** A key that is not known is often one that is, misspelt. */
function hintAtNames(known: readonly string[], issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return '';
  const meant = issue.keys.slice(0, KEYS_SHOWN_MAX).flatMap((key) => closestName(key, known) ?? []);
  return meant.length === 0 ? '' : `, but perhaps ${[...new Set(meant)].map(shortened).join(', ')}`;
}

function listKnown(known: readonly string[], issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? `; known are ${known.join(', ')}` : '';
}

/** The properties of the object at `path`, in whatever form it may have. */
function knownKeys(root: JsonSchema, path: readonly PropertyKey[]): string[] {
  const schema = path.reduce<JsonSchema>((parent, key) => {
    const child = typeof key === 'number' ? parent.items : propertiesOf(parent)[String(key)];
    return (child ?? {}) as JsonSchema;
  }, root);
  const forms = (schema.anyOf ?? [schema]) as readonly JsonSchema[];
  return [...new Set(forms.flatMap((form) => Object.keys(propertiesOf(form))))];
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
}

function shortened(key: string): string {
  return JSON.stringify(key.slice(0, 60));
}

/** Weak clients send `"5"` for 5 and a JSON text for an object: the commonest mistake is named. */
function hintAtQuotes(received: unknown, issue: z.core.$ZodIssue): string {
  if (typeof received !== 'string' || issue.code !== 'invalid_type' || !isJson(received)) return '';
  return ', written without quotes around it';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' items' : '';
}

function exampleCall(tool: AnyTool): string {
  return `${tool.name} ${JSON.stringify(tool.examples[0]?.input ?? {})}`;
}

function renderPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : joinPath(text, String(key))),
    '',
  );
}

function joinPath(parent: string, key: string): string {
  const shown = /^[A-Za-z_][\w-]{0,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 60));
  return parent === '' ? shown : `${parent}.${shown}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
