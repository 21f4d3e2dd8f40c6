/**
 * A cluster of a protocol as a model of actors: the protocol's own code, under every schedule within bounds. There is no clock: a timer that is armed
 * may fire at any time, and a message takes as long as it likes. So what holds here holds whatever the timing; and a property that needs
 * timing (leases) breaks here even where clocks would have saved it.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { NodeIndex } from '../../kernel/units.ts';
import type { AnyDefinition, NodeMembers } from '../../protocols/definition.ts';
import type { AlwaysProperty, ClusterView, Property } from '../../protocols/property.ts';
import type { Command, NodeState } from '../../protocols/protocol.ts';
import type { ActorModel, ActorProperty, ActorStep, ActorView } from '../actors/actor-model.ts';
import { linearizabilityComplaint } from '../actors/operation-history.ts';
import {
  type AskingRules,
  afterObservation,
  answeredOf,
  type ClusterEnvironment,
  type ClusterObservation,
  firstEnvironment,
  judgesHistory,
} from './cluster-environment.ts';
import type { ClusterRequest } from './cluster-request.ts';
import { permutationsOf, renameNodes } from './node-renaming.ts';
import { type NodeCell, type NodeStep, startNode, stepNode } from './node-step.ts';

/** What a node, or its surroundings, may do besides receiving messages. */
export type ClusterAction =
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'request'; readonly client: number; readonly number: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'disk_loss' }
  | { readonly kind: 'restart' }
  /** At node 0 only: cuts the nodes off from the others; heals where there are none. */
  | { readonly kind: 'cut'; readonly nodes: readonly NodeIndex[] };

type Model = ActorModel<NodeCell, unknown, ClusterEnvironment, ClusterObservation, ClusterAction>;
type CellStep = ActorStep<NodeCell, unknown, ClusterObservation>;

export function protocolCluster(definition: AnyDefinition, config: unknown, request: ClusterRequest): Model {
  const { protocol } = definition;
  const names = definition.nodeNames(config);
  const { bounds } = request;
  const rules = askingRules(definition, config, request);
  const cuts = request.faults.partitions > 0 ? cutsOf(names.length) : [];
  return {
    names,
    network: request.network,
    isLossy: request.faults.losses > 0,
    dropsIdleDeliveries: request.takesIdleDeliveries !== true,
    ...(bounds.messagesPerLinkMax === undefined ? {} : { messagesPerLinkMax: bounds.messagesPerLinkMax }),
    textOf: textOfCell,
    environment: firstEnvironment(request),
    start: (node) => onlyOutcome(startNode(protocol, config, node, {}, 0).map((step) => cellStep(node, step, []))),
    receive: (node, cell, from, message) => received(node, cell, stepIfUp(cell, { kind: 'message', from, message })),
    actions: (node, cell) => actionsOf(definition, config, request, cuts, node, cell),
    act: (node, cell, action) => act(node, cell, action),
    isPossible: (environment, _node, action) => isPossible(rules, environment, action),
    observe: (environment, observation) => afterObservation(rules, environment, observation),
    lose: (environment) => afterObservation(rules, environment, { kind: 'spent', what: 'losses' }),
    ...(cuts.length > 0 ? { isLinked } : {}),
    ...boundary(definition, bounds.termMax),
    ...symmetryOf(definition, config, names.length),
    properties: [
      ...protocol.properties(config).flatMap((property) => actorProperty(property, request)),
      ...(judgesHistory(request) ? [LINEARIZABLE] : []),
    ],
    describe: {
      state: (node, cell) => describedCell(definition, names[node] ?? '', cell),
      environment: (environment) => environment,
      message: (message) => protocol.describe.message(message),
      action: (node, action) => actionText(request, names, node, action),
      isFault: ({ kind }) => kind !== 'timer' && kind !== 'request',
    },
  };

  function stepIfUp(cell: NodeCell, input: Parameters<typeof stepNode>[2]): readonly NodeStep[] {
    return cell.isUp ? stepNode(protocol, cell, input) : [];
  }

  function act(node: NodeIndex, cell: NodeCell, action: ClusterAction): readonly CellStep[] {
    switch (action.kind) {
      case 'timer': {
        const without = { ...cell, timers: cell.timers.filter((timer) => timer !== action.timer) };
        const steps = stepIfUp(without, { kind: 'timer', timer: action.timer });
        return steps.map((step) => cellStep(node, step, [{ kind: 'spent', what: 'timeouts' }]));
      }
      case 'request': {
        const { client, number } = action;
        const command = request.operations[client]?.[number - 1] as Command;
        const steps = stepIfUp(cell, { kind: 'request', request: { client, number, command }, clockMs: 0 });
        return steps.map((step) => cellStep(node, step, [{ kind: 'asked', client, number }]));
      }
      case 'crash':
      case 'disk_loss': {
        const what = action.kind === 'crash' ? 'crashes' : 'disk_losses';
        const disk = action.kind === 'crash' ? cell.disk : {};
        const down = { ...cell, isUp: false, timers: [], disk };
        return [{ state: down, sends: [], observations: [{ kind: 'spent', what }] }];
      }
      case 'restart':
        return startNode(protocol, config, node, cell.disk, cell.incarnation + 1).map((step) =>
          cellStep(node, step, []),
        );
      case 'cut': {
        const cut: ClusterObservation = { kind: 'cut', nodes: action.nodes };
        const spent: ClusterObservation[] = action.nodes.length === 0 ? [] : [{ kind: 'spent', what: 'partitions' }];
        return [{ state: cell, sends: [], observations: [...spent, cut] }];
      }
    }
  }
}

function askingRules({ clients }: AnyDefinition, config: unknown, request: ClusterRequest): AskingRules {
  const { operations, bounds } = request;
  return { operations, attemptsMax: bounds.attemptsMax, answersNeeded: clients.answersNeeded?.(config) ?? 1 };
}

function cellStep(
  node: NodeIndex,
  { cell, sends, answers, choices }: NodeStep,
  before: readonly ClusterObservation[],
): CellStep {
  const told = answers.map((answer): ClusterObservation => ({ kind: 'answered', ...answer, node }));
  const step = { state: cell, sends, observations: [...before, ...told] };
  return choices.length === 0 ? step : { ...step, choices };
}

/** What changes nothing and sends nothing did not happen: the message may as well stay on its way. */
function received(node: NodeIndex, before: NodeCell, steps: readonly NodeStep[]): CellStep | undefined {
  if (steps.length === 0) return undefined;
  const step = onlyOutcome(steps.map((each) => cellStep(node, each, [])));
  const isIdle = step.sends.length === 0 && step.observations?.length === 0;
  return isIdle && textOfCell(step.state) === textOfCell(before) ? undefined : step;
}

function onlyOutcome(steps: readonly CellStep[]): CellStep {
  invariant(steps.length === 1, 'nodes choose on timers and requests only');
  return steps[0] as CellStep;
}

/** A state holds its config by reference; it is the same for all. */
function textOfCell({ isUp, incarnation, timers, state, disk }: NodeCell): string {
  const text = JSON.stringify({ ...state, config: undefined });
  return `${isUp ? 'up' : 'down'} ${incarnation} ${timers.join()} ${text} ${JSON.stringify(disk)}`;
}

function actionsOf(
  definition: AnyDefinition,
  config: unknown,
  request: ClusterRequest,
  cuts: readonly (readonly NodeIndex[])[],
  node: NodeIndex,
  cell: NodeCell,
): readonly ClusterAction[] {
  const global: ClusterAction[] = node === 0 ? cuts.map((nodes) => ({ kind: 'cut', nodes })) : [];
  if (!cell.isUp) return [{ kind: 'restart' }, ...global];
  const timers = cell.timers.map((timer): ClusterAction => ({ kind: 'timer', timer }));
  const isContact = definition.clients.contacts(config).includes(node);
  const requests = isContact
    ? request.operations.flatMap((commands, client) =>
        commands.map((_, at): ClusterAction => ({ kind: 'request', client, number: at + 1 })),
      )
    : [];
  const faults: ClusterAction[] = [
    ...(request.faults.crashes > 0 ? [{ kind: 'crash' } as const] : []),
    ...(request.faults.diskLosses > 0 ? [{ kind: 'disk_loss' } as const] : []),
  ];
  return [...timers, ...requests, ...faults, ...global];
}

function isPossible(rules: AskingRules, environment: ClusterEnvironment, action: ClusterAction): boolean {
  const may = (observation: ClusterObservation): boolean =>
    afterObservation(rules, environment, observation) !== undefined;
  switch (action.kind) {
    case 'timer':
      return may({ kind: 'spent', what: 'timeouts' });
    case 'request':
      return may({ ...action, kind: 'asked' });
    case 'crash':
      return may({ kind: 'spent', what: 'crashes' });
    case 'disk_loss':
      return may({ kind: 'spent', what: 'disk_losses' });
    case 'restart':
      return true;
    case 'cut':
      // Cuts follow each other by way of a whole network.
      return action.nodes.length === 0
        ? environment.cutOff.length > 0
        : environment.cutOff.length === 0 && may({ kind: 'spent', what: 'partitions' });
  }
}

function isLinked({ cutOff }: ClusterEnvironment, from: NodeIndex, to: NodeIndex): boolean {
  return cutOff.length === 0 || cutOff.includes(from) === cutOff.includes(to);
}

/** Every way to cut the nodes in two, told by the side without node 0; and healing. */
function cutsOf(nodes: number): readonly (readonly NodeIndex[])[] {
  return Array.from({ length: 2 ** (nodes - 1) }, (_, bits) =>
    Array.from({ length: nodes - 1 }, (_each, index) => index + 1).filter((node) => (bits >> (node - 1)) % 2 === 1),
  );
}

const PERMUTED_NODES_MAX = 5;

function symmetryOf(definition: AnyDefinition, config: unknown, nodes: number): Pick<Model, 'symmetry'> {
  const members = definition.nodeMembers?.(config);
  if (members === undefined || nodes > PERMUTED_NODES_MAX) return {};
  const environmentMembers = { node: ['node'], nodes: ['cutOff'], byNode: [] };
  return {
    symmetry: {
      permutations: permutationsOf(nodes),
      state: (cell, names) => ({
        ...cell,
        state: renamed(cell.state, members, names),
        disk: renamed(cell.disk, members, names),
      }),
      message: (message, names) => renameNodes(message, members, names),
      environment: (environment, names) => withNodeZeroOutside(renamed(environment, environmentMembers, names), nodes),
    },
  };
}

function renamed<Value>(value: Value, members: NodeMembers, names: readonly NodeIndex[]): Value {
  return renameNodes(value, members, names) as Value;
}

/** A cut is told by the side without node 0. */
function withNodeZeroOutside(environment: ClusterEnvironment, nodes: number): ClusterEnvironment {
  const { cutOff } = environment;
  if (!cutOff.includes(0)) return environment;
  const others = Array.from({ length: nodes }, (_, node) => node).filter((node) => !cutOff.includes(node));
  return { ...environment, cutOff: others };
}

function boundary({ protocol }: AnyDefinition, termMax: number | undefined): Pick<Model, 'isWithinBoundary'> {
  const { describe } = protocol;
  if (!('round' in describe || 'term' in describe) || termMax === undefined) return {};
  return {
    isWithinBoundary: (_node, { state }) => (describe.round?.(state) ?? describe.term?.(state) ?? 0) <= termMax,
  };
}

function actorProperty(
  property: Property<NodeState<unknown>>,
  request: ClusterRequest,
): ActorProperty<NodeCell, unknown, ClusterEnvironment>[] {
  const { name, statement } = property;
  const text = { name, statement, ...(property.source === undefined ? {} : { source: property.source }) };
  const view = (seen: ActorView<NodeCell, unknown, ClusterEnvironment>): ClusterView<NodeState<unknown>> =>
    clusterView(seen, request);
  switch (property.kind) {
    case 'always': {
      if (property.holds !== undefined)
        return [{ ...text, kind: 'always', holds: (seen) => property.holds?.(view(seen)) }];
      return property.step === undefined ? [] : [{ ...text, kind: 'always_step', holds: onRunning(property) }];
    }
    case 'sometimes':
      return [{ ...text, kind: 'sometimes', reached: (seen) => property.reached(view(seen)) }];
    case 'eventually':
      return [{ ...text, kind: 'eventually', holds: (seen) => property.holds(view(seen)) === undefined }];
  }
}

/** A crash and a start are no changes of a running node. */
function onRunning(property: AlwaysProperty<NodeState<unknown>>) {
  return (node: NodeIndex, before: NodeCell, after: NodeCell): string | undefined =>
    before.isUp && after.isUp ? property.step?.(node, before.state, after.state) : undefined;
}

const LINEARIZABLE: ActorProperty<NodeCell, unknown, ClusterEnvironment> = {
  kind: 'always',
  name: 'linearizability',
  statement: 'Some order of the operations, each between its invocation and its return, explains what clients saw.',
  source: 'herlihy1990',
  looksAt: 'environment',
  holds: ({ environment: { history } }) =>
    history === null ? undefined : linearizabilityComplaint(history, (client) => `client ${client + 1}`),
};

function clusterView(
  { states, environment }: ActorView<NodeCell, unknown, ClusterEnvironment>,
  { operations }: ClusterRequest,
): ClusterView<NodeState<unknown>> {
  return {
    states: states.map(({ state }) => state),
    up: states.map(({ isUp }) => isUp),
    answered: answeredOf(environment, operations),
  };
}

/** What people and invariants see of a node: its state by the paper's names, and how it fares. */
function describedCell({ protocol }: AnyDefinition, name: string, cell: NodeCell): unknown {
  const { config: _config, self: _self, ...state } = cell.state;
  return { name, ...state, role: protocol.describe.role(cell.state), up: cell.isUp, timers: cell.timers };
}

function actionText(request: ClusterRequest, names: readonly string[], node: NodeIndex, action: ClusterAction): string {
  const name = names[node] ?? '';
  switch (action.kind) {
    case 'timer':
      return `the timer ${action.timer} of ${name} fires`;
    case 'request': {
      const command = request.operations[action.client]?.[action.number - 1];
      return `client ${action.client} asks ${name}: ${JSON.stringify(command)}`;
    }
    case 'crash':
      return `${name} crashes`;
    case 'disk_loss':
      return `${name} crashes and loses its disk`;
    case 'restart':
      return `${name} restarts`;
    case 'cut':
      return action.nodes.length === 0
        ? 'the network is whole again'
        : `the network is cut: ${action.nodes.map((each) => names[each]).join(', ')} on one side`;
  }
}
