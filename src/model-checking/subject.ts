/**
 * From a request to the transition system that is explored: a cluster of a protocol or a reference model, with the properties that were asked for.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import { protocolNamed } from '../protocols/catalogue.ts';
import type { AnyDefinition } from '../protocols/definition.ts';
import { readSettings } from '../protocols/settings.ts';
import { actorSystem } from './actors/actor-system.ts';
import type { CheckRequest, Subject } from './check-request.ts';
import { protocolCluster } from './cluster/protocol-cluster.ts';
import { writtenProperty } from './expressions/written-property.ts';
import { modelNamed } from './models/catalogue.ts';
import { Successors } from './successors.ts';
import type { StateDescription, SystemProperty, TransitionSystem } from './transition-system.ts';

export interface PreparedSubject {
  readonly system: TransitionSystem;
  readonly title: string;
  /** Of a protocol. */
  readonly definition?: AnyDefinition;
  readonly config?: unknown;
  /** Names of the subject's own properties. */
  readonly ownProperties: readonly string[];
  /** Names of properties that single states and steps cannot show: they need the memory of a whole run. */
  readonly notJudged: readonly string[];
  /** What was left out of reality to make the space smaller, in words. */
  readonly abstractions: readonly string[];
}

/** Fails where the parts of the request cannot go together. */
export function prepareSubject(request: CheckRequest): PreparedSubject {
  const prepared = request.subject.kind === 'model' ? prepareModel(request.subject) : prepareCluster(request.subject);
  const { system } = prepared;
  const names = Object.keys(initialState(system));
  const written = request.properties.map((text, index) => writtenProperty(system, text, `properties[${index}]`, names));
  const own = request.only === undefined ? system.properties : chosenFrom(system.properties, request.only);
  const ownProperties = system.properties.map(({ name }) => name);
  return { ...prepared, ownProperties, system: withProperties(system, [...own, ...written]) };
}

type Prepared = Omit<PreparedSubject, 'ownProperties'>;

function prepareModel({ model, config }: Subject & { readonly kind: 'model' }): Prepared {
  const definition = modelNamed(model);
  const settings = readSettings(definition.name, definition.settings, config, 'config');
  return { system: definition.build(settings), title: definition.title, notJudged: [], abstractions: [] };
}

function prepareCluster({ cluster }: Subject & { readonly kind: 'protocol' }): Prepared {
  const definition = protocolNamed(cluster.protocol);
  const config = definition.configure({
    nodes: cluster.nodes,
    settings: cluster.settings,
    ...(cluster.variant === undefined ? {} : { variant: cluster.variant }),
  });
  const model = protocolCluster(definition, config, cluster);
  const judged = new Set(model.properties.map(({ name }) => name));
  const all = definition.protocol.properties(config).map(({ name }) => name);
  return {
    system: actorSystem(model),
    title: definition.title,
    definition,
    config,
    notJudged: all.filter((name) => !judged.has(name)),
    abstractions: cluster.takesIdleDeliveries === true ? ABSTRACTIONS : [...ABSTRACTIONS, IDLE_DELIVERIES],
  };
}

const ABSTRACTIONS: readonly string[] = [
  'There is no clock: an armed timer may fire at any time, and a message may take as long as it likes.',
  'A step is atomic: its writes are durable at once, and a node crashes between steps.',
  'A request reaches its node and an answer its client at once.',
];

const IDLE_DELIVERIES =
  'A delivery that changes nothing and sends nothing is no step: the message may as well stay on its way.';

/** The same system under other properties. */
function withProperties(system: TransitionSystem, properties: readonly SystemProperty[]): TransitionSystem {
  return {
    width: system.width,
    properties,
    initial: (into) => system.initial(into),
    expand: (words, at, into) => system.expand(words, at, into),
    describeState: (words, at) => system.describeState(words, at),
    describeAction: (words, at, action) => system.describeAction(words, at, action),
    ...optionalMembers(system),
  };
}

/** Present only where the system has them: explorers ask whether they are there. */
function optionalMembers(system: TransitionSystem): Partial<TransitionSystem> {
  const { tableBytes, canonicalise, isWithinBoundary, isSettled, fairnessClass, nodeOf, secondNodeOf } = system;
  const { saveNumbers, restoreNumbers } = system;
  return {
    ...(tableBytes === undefined ? {} : { tableBytes: tableBytes.bind(system) }),
    ...(canonicalise === undefined ? {} : { canonicalise: canonicalise.bind(system) }),
    ...(isWithinBoundary === undefined ? {} : { isWithinBoundary: isWithinBoundary.bind(system) }),
    ...(isSettled === undefined ? {} : { isSettled: isSettled.bind(system) }),
    ...(fairnessClass === undefined ? {} : { fairnessClass: fairnessClass.bind(system) }),
    ...(nodeOf === undefined ? {} : { nodeOf: nodeOf.bind(system) }),
    ...(secondNodeOf === undefined ? {} : { secondNodeOf: secondNodeOf.bind(system) }),
    ...(saveNumbers === undefined ? {} : { saveNumbers: saveNumbers.bind(system) }),
    ...(restoreNumbers === undefined ? {} : { restoreNumbers: restoreNumbers.bind(system) }),
  };
}

function chosenFrom(properties: readonly SystemProperty[], names: readonly string[]): readonly SystemProperty[] {
  return names.map(
    (name, index) => properties.find((property) => property.name === name) ?? failUnknown(properties, name, index),
  );
}

function failUnknown(properties: readonly SystemProperty[], name: string, index: number): never {
  return fail('input/invalid', {
    message: 'the subject has no property of that name',
    path: `only[${index}]`,
    received: renderReceived(name),
    expected: `one of ${properties.map((property) => property.name).join(', ')}`,
    nextStep: 'Give one of these, or leave `only` out to judge them all.',
  });
}

function initialState(system: TransitionSystem): StateDescription {
  const successors = new Successors(system.width);
  system.initial(successors);
  return system.describeState(successors.words, 0);
}
