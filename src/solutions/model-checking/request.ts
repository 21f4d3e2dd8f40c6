/**
 * From the arguments of `check_model` to a request of the checker: defaults, names of nodes, what cannot go together.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { CheckRequest, SearchRequest, Subject } from '../../model-checking/check-request.ts';
import type { ClusterBounds, FaultBudget } from '../../model-checking/cluster/cluster-request.ts';
import { modelNamed } from '../../model-checking/models/catalogue.ts';
import { protocolNamed } from '../../protocols/catalogue.ts';
import type { AnyDefinition } from '../../protocols/definition.ts';
import type { Command } from '../../protocols/protocol.ts';
import { readSettings } from '../../protocols/settings.ts';
import type { ModelCheckToolRequest } from '../../schemas/model-checking.ts';

/** Memory that a search may take: a server answers several calls at once. */
const BYTES_MAX = 3 * 1024 ** 3;
const STATES_MAX_BY_DEFAULT = 20_000_000;
const NODES_BY_DEFAULT = 3;
const DEPTH_MAX = 1_000_000;

export function checkRequestFrom(input: ModelCheckToolRequest): CheckRequest {
  return {
    subject: subjectFrom(input),
    search: searchFrom(input),
    properties: input.properties,
    ...(input.only === undefined ? {} : { only: input.only }),
    fairness: input.fairness,
  };
}

function searchFrom(input: ModelCheckToolRequest): SearchRequest {
  return {
    order: input.search,
    isExact: input.exact,
    usesSymmetry: input.symmetry,
    usesSleepSets: input.sleep_sets,
    statesMax: input.max_states ?? STATES_MAX_BY_DEFAULT,
    depthMax: input.bounds?.max_depth ?? DEPTH_MAX,
    bytesMax: BYTES_MAX,
    goesOnAfterViolation: input.full_space,
    seed: input.seed,
    walks: input.walks,
  };
}

function subjectFrom(input: ModelCheckToolRequest): Subject {
  const { protocol, model } = input;
  if (protocol !== undefined && model !== undefined) failBoth(model);
  if (model !== undefined) return modelSubject(input, model);
  return protocolSubject(input, protocol ?? failNeither());
}

function modelSubject(input: ModelCheckToolRequest, model: string): Subject {
  for (const member of ['nodes', 'variant', 'settings', 'faults', 'operations'] as const)
    if (input[member] !== undefined) failNotOfModel(model, member, input[member]);
  return { kind: 'model', model, config: texts(input.config ?? {}) };
}

function protocolSubject(input: ModelCheckToolRequest, protocol: string): Subject {
  if (input.config !== undefined) failConfig(protocol);
  const definition = protocolNamed(protocol);
  const { variant, network } = input;
  const nodes = input.nodes ?? Math.max(definition.nodes.min, Math.min(NODES_BY_DEFAULT, definition.nodes.max));
  const settings = readSettings(definition.name, definition.settings, texts(input.settings ?? {}));
  const config = definition.configure({ nodes, settings, ...(variant === undefined ? {} : { variant }) });
  return {
    kind: 'protocol',
    cluster: {
      protocol: definition.name,
      nodes,
      ...(variant === undefined ? {} : { variant }),
      settings,
      network,
      bounds: boundsFrom(input.bounds),
      faults: faultsFrom(input.faults),
      operations: operationsFrom(definition, config, input.operations),
      judgesHistory: definition.history(config) === 'linearizable',
      ...(input.skip_idle_deliveries ? {} : { takesIdleDeliveries: true }),
    },
  };
}

function boundsFrom(given: ModelCheckToolRequest['bounds']): ClusterBounds {
  return {
    termMax: given?.max_term ?? 2,
    messagesPerLinkMax: given?.messages_per_link ?? 1,
    ...(given?.timeouts === undefined ? {} : { timeoutsMax: given.timeouts }),
    attemptsMax: given?.attempts ?? 1,
  };
}

function faultsFrom(given: ModelCheckToolRequest['faults']): FaultBudget {
  return {
    crashes: given?.crashes ?? 0,
    diskLosses: given?.disk_losses ?? 0,
    losses: given?.losses ?? 0,
    partitions: given?.partitions ?? 0,
  };
}

function operationsFrom(
  definition: AnyDefinition,
  config: unknown,
  given: ModelCheckToolRequest['operations'],
): readonly (readonly Command[])[] {
  if (given === undefined) return [[standardWrite(definition, config)]];
  const names = definition.nodeNames(config);
  return given.map((commands, client) =>
    commands.map(({ kind, key, value, expected, nodes }, at) => ({
      kind,
      ...(key === undefined ? {} : { key }),
      ...(value === undefined ? {} : { value }),
      ...(expected === undefined ? {} : { expected }),
      ...(nodes === undefined
        ? {}
        : { nodes: nodes.map((name) => indexOfNode(names, name, `operations[${client}][${at}].nodes`)) }),
    })),
  );
}

/** The first operation of the protocol's own workload that is no read, on key 0. */
function standardWrite({ workload }: AnyDefinition, config: unknown): Command {
  const draw = { nextInt: (bound: number) => bound - 1, nextFloat: () => 0.5, key: () => 0 };
  return workload.command(draw, 1, { keys: 1, readFraction: 0, zipf: 0 }, config);
}

function indexOfNode(names: readonly string[], name: string, path: string): number {
  const index = names.indexOf(name);
  if (index !== -1) return index;
  return fail('input/invalid', {
    message: 'no node has that name',
    path,
    received: renderReceived(name),
    expected: `one of ${names.join(', ')}`,
    nextStep: `Give e.g. ["${names[0]}"].`,
  });
}

function texts(values: Readonly<Record<string, string | number | boolean>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function failBoth(model: string): never {
  return fail('input/conflict', {
    message: 'a protocol and a reference model are both given',
    path: 'model',
    received: renderReceived(model),
    expected: 'one of the two',
    nextStep: `Call e.g. check_model {"model":"${model}"}, or leave model out.`,
  });
}

function failNeither(): never {
  return fail('input/missing', {
    message: 'neither a protocol nor a reference model is given',
    path: 'protocol',
    expected: 'the name of a protocol, or of a model',
    nextStep: 'Call e.g. check_model {"protocol":"raft","nodes":3} or check_model {"model":"two_phase_commit"}.',
  });
}

function failNotOfModel(model: string, member: string, received: unknown): never {
  const settings = modelNamed(model).settings.map(({ name }) => name);
  return fail('input/conflict', {
    message: `${member} is for protocols; a reference model has its config`,
    path: member,
    received: renderReceived(received),
    expected: settings.length === 0 ? 'nothing' : `config with ${settings.join(', ')}`,
    nextStep: `Call check_model {"model":"${model}"} without ${member}.`,
  });
}

function failConfig(protocol: string): never {
  return fail('input/conflict', {
    message: 'config is for reference models; a protocol has settings',
    path: 'config',
    expected: 'settings',
    nextStep: `Call e.g. check_model {"protocol":"${protocol}","settings":{}}.`,
  });
}
