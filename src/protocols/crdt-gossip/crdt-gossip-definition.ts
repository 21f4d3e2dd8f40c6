/**
 * Gossip of replicated data types as others run it: settings, known mistakes, and a workload for each data type.
 */
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition, Variant, Workload } from '../definition.ts';
import type { Command } from '../protocol.ts';
import { choiceOf, numberOf } from '../settings.ts';
import type { CrdtConfig, CrdtDurable, CrdtMessage, CrdtState } from './crdt-gossip.ts';
import { crdtGossip } from './crdt-gossip.ts';
import { DATA_TYPES, UPDATES } from './data-types.ts';

/** Few enough that clients add and remove the same ones. */
const ELEMENTS = 8;

const variants: readonly Variant[] = [
  {
    name: 'crdt-op-counter-duplicate',
    statement: 'A replica adds an increment as often as it arrives (operation-based g_counter, whatever is set).',
    breaks: 'strong eventual consistency',
    source: 'sourcenetwork/defradb.rs#847',
  },
  {
    name: 'crdt-needs-causal-delivery',
    statement:
      'A replica applies operations in the order they arrive: a removal may come before its addition (operation-based or_set, whatever is set).',
    breaks: 'strong eventual consistency',
    source: 'elem-azar-unis/CRDT-Redis#1, #2',
  },
  {
    name: 'merge-adds',
    statement:
      'A replica adds the counters of the other to its own; a sum is not idempotent (state-based g_counter, whatever is set).',
    breaks: 'increments are counted once',
    source: 'Shapiro et al. 2011, Definition 2.3: merge computes the least upper bound',
  },
];

export const crdtGossipDefinition: ProtocolDefinition<CrdtConfig, CrdtState, CrdtMessage, CrdtDurable> = {
  name: 'crdt-gossip',
  title: 'Gossip of conflict-free replicated data types',
  description:
    'Replicas that take updates alone and converge: counters, sets and registers, by states or by operations (Shapiro et al., SSS 2011).',
  card: 'crdt-gossip',
  nodes: { min: 2, max: 25, standard: 3 },
  settings: [
    {
      name: 'data_type',
      kind: 'choice',
      standard: 'g_counter',
      options: DATA_TYPES,
      description: 'is what the keys hold',
    },
    {
      name: 'replication',
      kind: 'choice',
      standard: 'state_based',
      options: ['state_based', 'operation_based'],
      description: 'sends whole states, which merge, or single operations, delivered once and in causal order',
    },
    {
      name: 'gossip_interval_ms',
      kind: 'integer',
      standard: 100,
      min: 1,
      max: 3_600_000,
      description: 'is how often a replica turns to a peer drawn at random',
    },
  ],
  variants,
  protocol: crdtGossip,
  configure: (setup) => {
    checkSetup({ name: 'crdt-gossip', nodes: crdtGossipDefinition.nodes, variants }, setup);
    const { nodes, settings, variant } = setup;
    const config: CrdtConfig = {
      nodes,
      dataType: choiceOf(settings, 'data_type', DATA_TYPES),
      replication: choiceOf(settings, 'replication', ['state_based', 'operation_based']),
      gossipMs: numberOf(settings, 'gossip_interval_ms'),
      appliesDuplicates: false,
      appliesOnArrival: false,
      mergesByAdding: false,
    };
    return withVariant(config, variant);
  },
  nodeNames: ({ nodes }) => Array.from({ length: nodes }, (_, node) => `n${node + 1}`),
  clients: { contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node), choice: 'own' },
  workload: workload(),
  history: () => 'none',
};

function withVariant(config: CrdtConfig, variant: string | undefined): CrdtConfig {
  switch (variant) {
    case 'crdt-op-counter-duplicate':
      return { ...config, dataType: 'g_counter', replication: 'operation_based', appliesDuplicates: true };
    case 'crdt-needs-causal-delivery':
      return { ...config, dataType: 'or_set', replication: 'operation_based', appliesOnArrival: true };
    case 'merge-adds':
      return { ...config, dataType: 'g_counter', replication: 'state_based', mergesByAdding: true };
    default:
      return config;
  }
}

function workload(): Workload<CrdtConfig> {
  return {
    command: (draw, sequence, { readFraction }, { dataType }): Command => {
      const isRead = draw.nextFloat() < readFraction;
      const key = draw.key();
      if (isRead) return { kind: 'read', key };
      const kinds = UPDATES[dataType];
      const kind = kinds[draw.nextInt(kinds.length)] ?? 'write';
      if (dataType === 'lww_register') return { kind, key, value: sequence };
      const isSet = dataType === 'or_set' || dataType === 'two_phase_set';
      return { kind, key, value: isSet ? draw.nextInt(ELEMENTS) : 1 + draw.nextInt(5) };
    },
    isWrite: ({ kind }) => kind !== 'read',
  };
}
