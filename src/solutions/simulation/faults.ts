/**
 * Faults as a user gives them, a flat object with a kind, to the simulator's faults.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { SimulationToolRequest } from '../../schemas/simulation.ts';
import type { Fault, NodeSelector } from '../../simulation/faults/fault.ts';

type GivenFault = NonNullable<SimulationToolRequest['faults']>[number];

const ROLES = ['leader', 'follower', 'minority', 'other-minority'] as const;

/** `names` are the cluster's nodes, in order of their index. */
export function faultFrom(given: GivenFault, path: string, names: readonly string[]): Fault {
  const span = { atMs: given.at_ms, ...(given.until_ms === undefined ? {} : { untilMs: given.until_ms }) };
  if (given.kind === 'link') return { kind: 'link', ...span, ...linkFrom(given) };
  const nodes = selectorsFrom(given.nodes ?? failNoNodes(given.kind, path), `${path}.nodes`, names);
  switch (given.kind) {
    case 'partition':
      return {
        kind: 'partition',
        ...span,
        nodes,
        direction: given.direction,
        ...(given.from === undefined ? {} : { from: selectorsFrom(given.from, `${path}.from`, names) }),
        ...(given.flap_period_ms === undefined ? {} : { flapPeriodMs: given.flap_period_ms }),
      };
    case 'crash':
      return { kind: 'crash', ...span, nodes, losesDisk: given.loses_disk, tornWrite: given.torn_write };
    case 'pause':
      return { kind: 'pause', ...span, nodes };
    case 'slow':
    case 'slow-disk':
      return { kind: given.kind, ...span, nodes, delayMs: given.delay_ms };
    case 'clock':
      return { kind: 'clock', ...span, nodes, rate: given.clock_rate, jumpMs: given.jump_ms };
    case 'command':
      return { kind: 'command', ...span, nodes, command: commandFrom(given, path, names) };
  }
}

function linkFrom(given: GivenFault) {
  return {
    lossProbability: given.loss_probability,
    duplicationProbability: given.duplication_probability,
    reorderingProbability: given.reordering_probability,
    delayMs: given.delay_ms,
  };
}

function commandFrom(given: GivenFault, path: string, names: readonly string[]) {
  const kind = given.command ?? failNoCommand(path);
  const nodes = given.command_nodes?.map((name, index) => indexOf(name, `${path}.command_nodes[${index}]`, names));
  return { kind, ...(nodes === undefined ? {} : { nodes }) };
}

function selectorsFrom(given: readonly string[], path: string, names: readonly string[]): NodeSelector[] {
  return given.map((name, index) => ROLES.find((role) => role === name) ?? indexOf(name, `${path}[${index}]`, names));
}

function indexOf(name: string, path: string, names: readonly string[]): number {
  const index = names.indexOf(name);
  if (index !== -1) return index;
  return fail('input/invalid', {
    message: 'the cluster has no node of that name',
    path,
    received: renderReceived(name),
    expected: `one of ${[...names, ...ROLES].join(', ')}`,
    nextStep: `Give e.g. "nodes":["${names[0]}"].`,
  });
}

function failNoNodes(kind: string, path: string): never {
  return fail('input/missing', {
    message: `a fault of kind ${kind} must say whom it meets`,
    path: `${path}.nodes`,
    expected: 'names of nodes or roles',
    nextStep: `Give e.g. {"kind":"${kind}","at_ms":1000,"until_ms":3000,"nodes":["leader"]}.`,
  });
}

function failNoCommand(path: string): never {
  return fail('input/missing', {
    message: 'a fault of kind command must say which',
    path: `${path}.command`,
    expected: 'an administrative command of the protocol',
    nextStep:
      'Give e.g. {"kind":"command","at_ms":1000,"nodes":["leader"],"command":"transfer","command_nodes":["n2"]}.',
  });
}
