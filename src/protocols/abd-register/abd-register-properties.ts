/**
 * What ABD claims, over tags. That the registers are atomic is judged by the client history (linearizability); these properties are the
 * steps of its proof, and break earlier and nearer to the cause.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { type Complaint, judgedOnSteps, type Property } from '../property.ts';
import type { AbdConfig, AbdState, Cell, Registers, Session } from './abd-register.ts';
import { compareTags, describeCell } from './abd-register.ts';

const SOURCE = 'attiya1995';
const NONE: Registers = [];

export function abdProperties(config: AbdConfig): readonly Property<AbdState>[] {
  return [
    {
      kind: 'always',
      name: 'unique tags',
      statement: 'No two servers hold different values under one tag of a key.',
      source: SOURCE,
      holds: ({ states }) => {
        for (let node = 1; node < config.servers; node++) {
          const complaint = tagShared(node, NONE, registersOf(states[node]), states, node);
          if (complaint !== undefined) return complaint;
        }
        return undefined;
      },
      monitor: () => ({
        changed: (node, before, after, { states }) =>
          after.role === 'server'
            ? tagShared(node, registersOf(before), after.registers, states, config.servers)
            : undefined,
      }),
    },
    {
      kind: 'always',
      name: 'tags never decrease',
      statement: 'While a server runs, its tag of a key never becomes smaller.',
      source: SOURCE,
      ...judgedOnSteps((node, before, after) => tagShrunk(node, registersOf(before), registersOf(after))),
    },
    {
      kind: 'always',
      name: 'stored by a quorum',
      statement: 'Whatever a client was told is held by a majority, or a larger tag is.',
      source: SOURCE,
      holds: ({ states }) => {
        for (let node = config.servers; node < states.length; node++) {
          const complaint = notStored(config, sessionsOf(states[node]), [], states);
          if (complaint !== undefined) return complaint;
        }
        return undefined;
      },
      monitor: () => ({
        changed: (_, before, after, { states }) => notStored(config, sessionsOf(after), sessionsOf(before), states),
      }),
    },
    {
      kind: 'sometimes',
      name: 'a value is read',
      statement: 'A read finds a value that was written.',
      reached: ({ states }) =>
        states.some((state) =>
          sessionsOf(state).some(({ phase, value, cell }) => phase === 'done' && value === null && cell !== null),
        ),
    },
    {
      kind: 'eventually',
      name: 'operations end',
      statement: 'No gateway waits for a quorum any more.',
      holds: ({ states, up }) => stillOpen(states, up),
    },
  ];
}

/** Looks at the keys of `node` that changed, in the servers below `end`. */
function tagShared(
  node: NodeIndex,
  before: Registers,
  after: Registers,
  states: readonly AbdState[],
  end: number,
): Complaint {
  for (let key = 0; key < after.length; key++) {
    const cell = after[key] ?? null;
    if (cell === null || cell === before[key]) continue;
    for (let other = 0; other < end; other++) {
      const held = registersOf(states[other])[key] ?? null;
      if (held !== null && held.value !== cell.value && compareTags(held, cell) === 0)
        return `n${other + 1} and n${node + 1} hold key ${key} as ${describeCell(held)} and as ${describeCell(cell)}`;
    }
  }
  return undefined;
}

function tagShrunk(node: NodeIndex, before: Registers, after: Registers): Complaint {
  for (let key = 0; key < before.length; key++) {
    const [was, is] = [before[key] ?? null, after[key] ?? null];
    if (is !== was && compareTags(is, was) < 0)
      return `n${node + 1} held key ${key} as ${describeCell(was)} and now as ${describeCell(is)}`;
  }
  return undefined;
}

/** Looks at the sessions that are done now and were not in `before`. Reads that store nothing claim nothing. */
function notStored(
  config: AbdConfig,
  sessions: readonly Session[],
  before: readonly Session[],
  states: readonly AbdState[],
): Complaint {
  for (const session of sessions) {
    if (session.phase !== 'done' || before.includes(session)) continue;
    if (session.value === null && !config.writesBack) continue;
    const holders = countHolders(config, session.key, session.cell, states);
    const majority = Math.floor(config.servers / 2) + 1;
    if (holders < majority)
      return `client ${session.client} was told of key ${session.key} as ${describeCell(session.cell)}, which ${holders} of ${config.servers} servers hold`;
  }
  return undefined;
}

function countHolders(config: AbdConfig, key: number, cell: Cell | null, states: readonly AbdState[]): number {
  let count = 0;
  for (let node = 0; node < config.servers; node++)
    if (compareTags(registersOf(states[node])[key] ?? null, cell) >= 0) count += 1;
  return count;
}

function stillOpen(states: readonly AbdState[], up: readonly boolean[]): Complaint {
  for (const state of states) {
    const open = sessionsOf(state).find(({ phase }) => phase !== 'done');
    if (open !== undefined && up[state.self] === true)
      return `g${state.self - state.config.servers + 1} still works on request ${open.number} of client ${open.client}, with ${open.heard.length} answers of ${state.config.quorum}`;
  }
  return undefined;
}

function registersOf(state: AbdState | undefined): Registers {
  return state?.role === 'server' ? state.registers : NONE;
}

function sessionsOf(state: AbdState | undefined): readonly Session[] {
  return state?.role === 'gateway' ? state.sessions : [];
}
