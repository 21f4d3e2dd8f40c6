/**
 * A cluster of a protocol as a model of actors: the protocol's own code, under every schedule within bounds. There is no clock: a timer that is armed
 * may fire at any time, and a message takes as long as it likes. So what holds here holds whatever the timing; and a property that needs
 * timing (leases) breaks here even where clocks would have saved it.
 */
import type { AnyDefinition } from '../../protocols/definition.ts';
import type { ActorModel } from '../actors/actor-model.ts';
import { cellStep, onlyOutcome, received, stepIfUp, textOfCell } from './cell-step.ts';
import {
  act,
  actionsOf,
  actionText,
  type Bed,
  type ClusterAction,
  cutsOf,
  isLinked,
  isPossible,
} from './cluster-actions.ts';
import {
  type AskingRules,
  afterObservation,
  type ClusterEnvironment,
  type ClusterObservation,
  firstEnvironment,
  judgesHistory,
} from './cluster-environment.ts';
import { actorProperty, LINEARIZABLE } from './cluster-properties.ts';
import type { ClusterRequest } from './cluster-request.ts';
import { symmetryOf } from './cluster-symmetry.ts';
import { type NodeCell, startNode } from './node-step.ts';

type Model = ActorModel<NodeCell, unknown, ClusterEnvironment, ClusterObservation, ClusterAction>;

export function protocolCluster(definition: AnyDefinition, config: unknown, request: ClusterRequest): Model {
  const { protocol } = definition;
  const names = definition.nodeNames(config);
  const { bounds } = request;
  const rules = askingRules(definition, config, request);
  const bed: Bed = { definition, config, request };
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
    receive: (node, cell, from, message) =>
      received(node, cell, stepIfUp(protocol, cell, { kind: 'message', from, message })),
    actions: (node, cell) => actionsOf(bed, cuts, node, cell),
    act: (node, cell, action) => act(bed, node, cell, action),
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
}

function askingRules({ clients }: AnyDefinition, config: unknown, request: ClusterRequest): AskingRules {
  const { operations, bounds } = request;
  return { operations, attemptsMax: bounds.attemptsMax, answersNeeded: clients.answersNeeded?.(config) ?? 1 };
}

function boundary({ protocol }: AnyDefinition, termMax: number | undefined): Pick<Model, 'isWithinBoundary'> {
  const { describe } = protocol;
  if (!('round' in describe || 'term' in describe) || termMax === undefined) return {};
  return {
    isWithinBoundary: (_node, { state }) => (describe.round?.(state) ?? describe.term?.(state) ?? 0) <= termMax,
  };
}

/** What people and invariants see of a node: its state by the paper's names, and how it fares. */
function describedCell({ protocol }: AnyDefinition, name: string, cell: NodeCell): unknown {
  const { config: _config, self: _self, ...state } = cell.state;
  return { name, ...state, role: protocol.describe.role(cell.state), up: cell.isUp, timers: cell.timers };
}
