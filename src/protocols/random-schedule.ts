/**
 * A protocol under a random schedule, for tests: the scripted cluster with messages delivered, lost and duplicated in any order, timers
 * fired at any time, nodes crashed and restarted, all drawn from one seed. After the last step the faults end, and what must come true
 * eventually is asked for. Clients are simple: each has one request open, repeats it, and sometimes gives it up.
 */
import { createPrng, type Prng } from '../kernel/prng.ts';
import type { AnyDefinition, Draw } from './definition.ts';
import type { AlwaysProperty, ClusterView } from './property.ts';
import type { Command, NodeState } from './protocol.ts';
import { createScriptedCluster, type InFlight, type ScriptedCluster, type ScriptedEvent } from './scripted-cluster.ts';

export interface RandomScheduleOptions {
  readonly definition: AnyDefinition;
  readonly config: unknown;
  readonly seed: number;
  readonly steps: number;
  readonly clients?: number;
  readonly keys?: number;
  /** Crashes and restarts keep the disk. Standard: true. */
  readonly crashes?: boolean;
  /** Nodes that never crash. */
  readonly spared?: readonly number[];
}

export interface RandomScheduleOutcome {
  /** `property: complaint` of what the checks of single moments and single steps found first. */
  readonly byHolds: string | undefined;
  /** The same of the monitors. */
  readonly byMonitors: string | undefined;
  /** What had not come true when the cluster had settled. */
  readonly unsettled: readonly string[];
  /** Names of the `sometimes` properties that were reached. */
  readonly reached: readonly string[];
  readonly answers: number;
}

type State = NodeState<unknown>;
type Cluster = ScriptedCluster<State, unknown>;

/** Rounds of firing every timer and delivering everything that the cluster is given to settle. */
const SETTLE_ROUNDS = 30;
const SETTLE_DELIVERIES = 5_000;

export function runRandomSchedule(options: RandomScheduleOptions): RandomScheduleOutcome {
  const { definition, config, seed, steps } = options;
  const prng = createPrng(seed);
  const judge = createJudge(definition, config);
  const cluster = createScriptedCluster({
    protocol: definition.protocol,
    config,
    nodeCount: definition.nodeNames(config).length,
    onEvent: judge.onEvent,
    choose: (_, choices) => prng.nextInt(choices),
  });
  judge.begin(cluster);
  const clients = createClients(options, cluster, prng);
  let clockMs = 0;
  for (let step = 0; step < steps; step++) {
    clockMs += prng.nextInt(5);
    cluster.setClock(clockMs);
    act(cluster, clients, prng, options);
    judge.look();
  }
  settle(cluster, () => judge.look());
  return judge.outcome();
}

/** One step: mostly a delivery, else a request, a timer, or a fault. */
function act(
  cluster: Cluster,
  clients: Clients,
  prng: Prng,
  { crashes = true, spared = [] }: RandomScheduleOptions,
): void {
  const die = prng.nextInt(100);
  const node = prng.nextInt(cluster.states.length);
  const message = cluster.inFlight[prng.nextInt(Math.max(1, cluster.inFlight.length))];
  if (die < 15) clients.act();
  else if (die < 27) fireOne(cluster, node, prng);
  else if (die < 30 && crashes && !spared.includes(node)) crashOrRestart(cluster, node);
  else if (message !== undefined) carry(cluster, message, die);
}

function crashOrRestart(cluster: Cluster, node: number): void {
  if (cluster.up[node] === true) cluster.crash(node);
  else cluster.restart(node);
}

/** Mostly delivers the message; loses or duplicates one in fourteen each. */
function carry(cluster: Cluster, message: InFlight<unknown>, die: number): void {
  const alike = cluster.inFlight.filter(({ from, to }) => from === message.from && to === message.to);
  const skip = alike.indexOf(message);
  if (die < 35) cluster.drop(message.from, message.to, skip);
  else if (die < 40) cluster.inFlight.push(message);
  else cluster.deliver(message.from, message.to, skip);
}

function fireOne(cluster: Cluster, node: number, prng: Prng): void {
  const armed = [...(cluster.timers[node] ?? [])];
  const timer = armed[prng.nextInt(Math.max(1, armed.length))];
  if (timer !== undefined) cluster.fire(node, timer);
}

/** Faults end: everybody runs, nothing is lost any more, time passes. */
function settle(cluster: Cluster, look: () => void): void {
  for (let node = 0; node < cluster.states.length; node++) if (cluster.up[node] !== true) cluster.restart(node);
  for (let round = 0; round < SETTLE_ROUNDS; round++) {
    cluster.settle(SETTLE_DELIVERIES);
    look();
    for (const [node, timers] of cluster.timers.entries())
      for (const timer of [...timers].sort()) if (timers.has(timer)) cluster.fire(node, timer);
  }
  cluster.settle(SETTLE_DELIVERIES);
  look();
}

interface Clients {
  act(): void;
}

function createClients(
  { definition, config, clients = 3, keys = 2 }: RandomScheduleOptions,
  cluster: Cluster,
  prng: Prng,
): Clients {
  const contacts = definition.clients.contacts(config);
  const open: (Command | undefined)[] = Array.from({ length: clients }, () => undefined);
  const numbers = open.map(() => 0);
  const draw: Draw = {
    nextInt: (bound) => prng.nextInt(bound),
    nextFloat: () => prng.nextFloat(),
    key: () => prng.nextInt(keys),
  };
  let sequence = 0;
  return {
    act: () => {
      const client = prng.nextInt(clients);
      const isAnswered = cluster.answered.some(
        ({ request }) => request.client === client && request.number === numbers[client],
      );
      if (open[client] === undefined || isAnswered || prng.nextInt(10) === 0) {
        sequence += 1;
        numbers[client] = (numbers[client] ?? 0) + 1;
        open[client] = definition.workload.command(draw, sequence, { keys, readFraction: 0.4, zipf: 0 }, config);
      }
      const own = client % contacts.length;
      const contact = contacts[definition.clients.choice === 'own' ? own : prng.nextInt(contacts.length)] ?? 0;
      cluster.request(contact, client, numbers[client] ?? 1, open[client] ?? { kind: 'read', key: 0 });
    },
  };
}

interface Judge {
  readonly onEvent: (event: ScriptedEvent<State, unknown>) => void;
  begin(view: ClusterView<State>): void;
  look(): void;
  outcome(): RandomScheduleOutcome;
}

function createJudge(definition: AnyDefinition, config: unknown): Judge {
  const properties = definition.protocol.properties(config);
  const always = properties.filter((each): each is AlwaysProperty<State> => each.kind === 'always');
  const monitors = always.flatMap((each) =>
    each.monitor === undefined ? [] : [{ name: each.name, monitor: each.monitor() }],
  );
  const reached = new Set<string>();
  let view: ClusterView<State> | undefined;
  let byHolds: string | undefined;
  let byMonitors: string | undefined;
  const changed = (node: number, before: State | undefined, after: State, at: ClusterView<State>): void => {
    for (const { name, monitor } of monitors) {
      const complaint = monitor.changed?.(node, before, after, at);
      if (complaint !== undefined) byMonitors ??= `${name}: ${complaint}`;
    }
    if (before === undefined) return;
    for (const property of always) {
      const complaint = property.step?.(node, before, after);
      if (complaint !== undefined) byHolds ??= `${property.name}: ${complaint}`;
    }
  };
  return {
    onEvent: (event) => {
      if (view === undefined) return;
      if (event.kind === 'started') changed(event.node, undefined, event.state, view);
      else if (event.kind === 'state') changed(event.node, event.before, event.after, view);
      else if (event.kind === 'answered' && event.response.status !== 'redirect')
        for (const { name, monitor } of monitors) {
          const complaint = monitor.answered?.(event, view);
          if (complaint !== undefined) byMonitors ??= `${name}: ${complaint}`;
        }
    },
    begin: (cluster) => {
      view = cluster;
      for (const [node, state] of cluster.states.entries()) changed(node, undefined, state, cluster);
    },
    look: () => {
      if (view === undefined) return;
      for (const property of properties) {
        const complaint = property.kind === 'always' ? property.holds?.(view) : undefined;
        if (complaint !== undefined) byHolds ??= `${property.name}: ${complaint}`;
        if (property.kind === 'sometimes' && property.reached(view)) reached.add(property.name);
      }
    },
    outcome: () => ({
      byHolds,
      byMonitors,
      unsettled: properties.flatMap((property) => {
        const complaint = property.kind === 'eventually' && view !== undefined ? property.holds(view) : undefined;
        return complaint === undefined ? [] : [`${property.name}: ${complaint}`];
      }),
      reached: [...reached].sort(),
      answers: view?.answered.length ?? 0,
    }),
  };
}
