/**
 * Whether a value that came from outside has the shape of a simulation request. It says nothing about what the names in it mean: that
 * a protocol or region exists, and that a fault lies within the run, is found out when the request is prepared.
 *
 * Bounds are those beyond which a run could not even be set up.
 */
import type { SimulationRequest } from './request.ts';

/** The path at which the shape is wrong; undefined when it is right. */
export function misshapenAt(value: unknown): string | undefined {
  return REQUEST(value, 'request');
}

export function hasRequestShape(value: unknown): value is SimulationRequest {
  return misshapenAt(value) === undefined;
}

type Check = (value: unknown, path: string) => string | undefined;

const where =
  (isRight: (value: unknown) => boolean): Check =>
  (value, path) =>
    isRight(value) ? undefined : path;

const number = (min: number, max: number): Check =>
  where((value) => typeof value === 'number' && value >= min && value <= max);

const integer = (min: number, max: number): Check =>
  where((value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max);

const boolean = where((value) => typeof value === 'boolean');

const nothing = where((value) => value === null);

const text = where((value) => typeof value === 'string' && value.length <= TEXT_LENGTH_MAX);

const oneOf = (...words: readonly string[]): Check => where((value) => words.includes(value as string));

const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? undefined : check(value, path);

const either =
  (...checks: readonly Check[]): Check =>
  (value, path) =>
    checks.some((check) => check(value, path) === undefined) ? undefined : path;

const list =
  (each: Check, most = LIST_LENGTH_MAX): Check =>
  (value, path) =>
    Array.isArray(value) && value.length <= most
      ? firstOf(value.map((item, index) => () => each(item, `${path}[${index}]`)))
      : path;

const object =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isObject(value)) return path;
    const odd = Object.keys(value).find((name) => !Object.hasOwn(members, name));
    if (odd !== undefined) return `${path}.${odd}`;
    return firstOf(
      Object.entries(members).map(
        ([name, check]) =>
          () =>
            check(value[name], `${path}.${name}`),
      ),
    );
  };

const textsByName: Check = (value, path) =>
  isObject(value)
    ? firstOf(
        Object.entries(value).map(
          ([name, each]) =>
            () =>
              text(each, `${path}.${name}`),
        ),
      )
    : path;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const path = check();
    if (path !== undefined) return path;
  }
  return undefined;
}

const TEXT_LENGTH_MAX = 200;
const LIST_LENGTH_MAX = 20_000;
const NODES_MAX = 1000;
const CLIENTS_MAX = 1000;

/** A virtual year: sums of times stay whole microseconds. */
const time = number(0, 3.2e10);
const signedTime = number(-3.2e10, 3.2e10);
const probability = number(0, 1);
const nodes = list(integer(0, NODES_MAX), NODES_MAX);
const value = integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

const command = object({
  kind: text,
  key: optional(value),
  value: optional(value),
  expected: optional(either(value, nothing)),
  nodes: optional(nodes),
});

const selectors = list(
  either(integer(0, NODES_MAX), oneOf('leader', 'follower', 'minority', 'other-minority')),
  NODES_MAX,
);
const span = { atMs: time, untilMs: optional(time) };
const met = { ...span, nodes: selectors };

const FAULTS: Readonly<Record<string, Check>> = {
  partition: object({
    kind: text,
    ...met,
    direction: oneOf('both', 'inbound', 'outbound'),
    from: optional(selectors),
    flapPeriodMs: optional(time),
  }),
  crash: object({ kind: text, ...met, losesDisk: boolean, tornWrite: boolean }),
  pause: object({ kind: text, ...met }),
  slow: object({ kind: text, ...met, delayMs: time }),
  'slow-disk': object({ kind: text, ...met, delayMs: time }),
  clock: object({ kind: text, ...met, rate: number(1e-6, 1e6), jumpMs: signedTime }),
  link: object({
    kind: text,
    ...span,
    lossProbability: probability,
    duplicationProbability: probability,
    reorderingProbability: probability,
    delayMs: time,
  }),
  command: object({ kind: text, ...met, command }),
};

const byKind =
  (kinds: Readonly<Record<string, Check>>): Check =>
  (given, path) => {
    const kind = isObject(given) && typeof given.kind === 'string' ? given.kind : '';
    return Object.hasOwn(kinds, kind) ? kinds[kind]?.(given, path) : `${path}.kind`;
  };

const network = object({
  distribution: oneOf('constant', 'uniform', 'exponential', 'normal', 'lognormal'),
  oneWayMs: time,
  spreadMs: time,
  clientOneWayMs: time,
  regions: list(text, NODES_MAX),
  clientRegions: list(text, CLIENTS_MAX),
  dataset: oneOf('aws-2020', 'aws-2021', 'gcp-2020'),
  lossProbability: probability,
  duplicationProbability: probability,
  reorderingProbability: probability,
  reorderingMs: time,
  fifo: boolean,
  bandwidthBytesPerMs: optional(number(1e-3, 1e12)),
  payloadBytes: integer(0, 1e9),
});

const workload = object({
  clients: integer(0, CLIENTS_MAX),
  thinkMs: time,
  ratePerSecond: optional(number(1e-6, 1e6)),
  readFraction: probability,
  keys: integer(1, 1e5),
  zipf: number(0, 100),
  operationsMax: optional(integer(0, 1e9)),
  retry: object({
    timeoutMs: number(0.001, 3.2e10),
    attempts: integer(1, 1e6),
    initialDelayMs: time,
    maxDelayMs: time,
    multiplier: number(0, 1e6),
    jitter: probability,
  }),
  script: optional(
    list(object({ atMs: time, client: integer(0, CLIENTS_MAX), contact: integer(0, NODES_MAX), command })),
  ),
});

const counter = integer(0, Number.MAX_SAFE_INTEGER);

const givenNode = object({
  term: counter,
  votedFor: either(integer(0, NODES_MAX), nothing),
  log: list(counter),
  commitIndex: counter,
  role: oneOf('leader', 'follower', 'candidate'),
  reachable: boolean,
});

const givenAcceptor = object({ promised: counter, acceptedBallot: counter, accepted: either(value, nothing) });

const givenState: Check = (given, path) =>
  isObject(given) && Object.hasOwn(given, 'term') ? givenNode(given, path) : givenAcceptor(given, path);

const node = integer(0, NODES_MAX);
const choices = optional(list(counter));
const message = object({ kind: text, from: node, to: node, nth: counter });

const STEPS: Readonly<Record<string, Check>> = {
  deliver: message,
  lose: message,
  fire: object({ kind: text, node, timer: text, choices }),
  ask: object({ kind: text, node, client: integer(0, CLIENTS_MAX), number: counter, command, choices }),
  crash: object({ kind: text, node, losesDisk: boolean }),
  restart: object({ kind: text, node, choices }),
  cut: object({ kind: text, nodes }),
};

const REQUEST = object({
  protocol: text,
  nodes: integer(1, NODES_MAX),
  variant: optional(text),
  settings: textsByName,
  seed: integer(0, Number.MAX_SAFE_INTEGER),
  runs: integer(1, 1e6),
  durationMs: number(1, 3.2e10),
  settleMs: time,
  network,
  diskWriteMinMs: time,
  diskWriteMaxMs: time,
  workload,
  scenario: text,
  faults: list(byKind(FAULTS), 1000),
  stopAtViolation: boolean,
  given: optional(list(givenState, NODES_MAX)),
  schedule: optional(list(byKind(STEPS))),
});
