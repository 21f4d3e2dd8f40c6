/**
 * What a node, or its surroundings, may do besides receiving messages: which actions there are, when they are possible, and what each does.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { AnyDefinition } from '../../protocols/definition.ts';
import type { Command } from '../../protocols/protocol.ts';
import { type CellStep, cellStep, stepIfUp } from './cell-step.ts';
import {
  type AskingRules,
  afterObservation,
  type ClusterEnvironment,
  type ClusterObservation,
} from './cluster-environment.ts';
import type { ClusterRequest } from './cluster-request.ts';
import { type NodeCell, startNode } from './node-step.ts';

export type ClusterAction =
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'request'; readonly client: number; readonly number: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'disk_loss' }
  | { readonly kind: 'restart' }
  /** At node 0 only: cuts the nodes off from the others; heals where there are none. */
  | { readonly kind: 'cut'; readonly nodes: readonly NodeIndex[] };

export function actionsOf(
  { definition, config, request }: Bed,
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

export function isPossible(rules: AskingRules, environment: ClusterEnvironment, action: ClusterAction): boolean {
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

export function isLinked({ cutOff }: ClusterEnvironment, from: NodeIndex, to: NodeIndex): boolean {
  return cutOff.length === 0 || cutOff.includes(from) === cutOff.includes(to);
}

/** Every way to cut the nodes in two, told by the side without node 0; and healing. */
export function cutsOf(nodes: number): readonly (readonly NodeIndex[])[] {
  return Array.from({ length: 2 ** (nodes - 1) }, (_, bits) =>
    Array.from({ length: nodes - 1 }, (_each, index) => index + 1).filter((node) => (bits >> (node - 1)) % 2 === 1),
  );
}

/** A protocol under its config. */
export interface Bed {
  readonly definition: AnyDefinition;
  readonly config: unknown;
  readonly request: ClusterRequest;
}

export function act(
  { definition: { protocol }, config, request }: Bed,
  node: NodeIndex,
  cell: NodeCell,
  action: ClusterAction,
): readonly CellStep[] {
  switch (action.kind) {
    case 'timer': {
      const without = { ...cell, timers: cell.timers.filter((timer) => timer !== action.timer) };
      const steps = stepIfUp(protocol, without, { kind: 'timer', timer: action.timer });
      return steps.map((step) => cellStep(node, step, [{ kind: 'spent', what: 'timeouts' }]));
    }
    case 'request': {
      const { client, number } = action;
      const command = request.operations[client]?.[number - 1] as Command;
      const steps = stepIfUp(protocol, cell, { kind: 'request', request: { client, number, command }, clockMs: 0 });
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
      return startNode(protocol, config, node, cell.disk, cell.incarnation + 1).map((step) => cellStep(node, step, []));
    case 'cut': {
      const cut: ClusterObservation = { kind: 'cut', nodes: action.nodes };
      const spent: ClusterObservation[] = action.nodes.length === 0 ? [] : [{ kind: 'spent', what: 'partitions' }];
      return [{ state: cell, sends: [], observations: [...spent, cut] }];
    }
  }
}

export function actionText(
  request: ClusterRequest,
  names: readonly string[],
  node: NodeIndex,
  action: ClusterAction,
): string {
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
