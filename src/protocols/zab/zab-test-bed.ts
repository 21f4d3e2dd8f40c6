import { invariant } from '../../kernel/invariant.ts';
import type { AnyDefinition } from '../definition.ts';
import type { AlwaysProperty } from '../property.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { zab } from './zab.ts';
import { zabDefinition } from './zab-definition.ts';
import { zabProperties } from './zab-properties.ts';
import type { ZabMessage, ZabState } from './zab-state.ts';

export const definition = zabDefinition as unknown as AnyDefinition;

export interface Options {
  nodes?: number;
  variant?: string;
  settings?: Record<string, string>;
}

export function configOf({ nodes = 3, variant, settings = {} }: Options = {}) {
  return zabDefinition.configure({
    nodes,
    settings: readSettings('zab', zabDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

/** The protocol on a disk that fails a server after its first write of a NEWLEADER, while `isFailing` says so. */
export function onFailingDisk(isFailing: () => boolean): typeof zab {
  return {
    ...zab,
    step: (state, input) => {
      const { state: next, outputs } = zab.step(state, input);
      const isNewLeader = input.kind === 'message' && input.message.kind === 'new_leader';
      const end = outputs.findIndex(({ kind }) => kind === 'persist') + 1;
      return { state: next, outputs: isNewLeader && isFailing() ? outputs.slice(0, end) : outputs };
    },
  };
}

/** A cluster whose every change and answer the monitors judge, and that keeps what was sent. */
export function clusterOf(options: Options = {}, protocol = zab) {
  const config = configOf(options);
  const always = zabProperties.filter((each): each is AlwaysProperty<ZabState> => each.kind === 'always');
  const monitors = always.map((each) => ({ name: each.name, monitor: each.monitor?.() }));
  const broken: string[] = [];
  const sent: ZabMessage[] = [];
  const judge = (node: number, before: ZabState | undefined, after: ZabState): void => {
    for (const { name, monitor } of monitors) {
      const complaint = monitor?.changed?.(node, before, after, { states: [], up: [], answered: [] });
      if (complaint !== undefined) broken.push(`${name}: ${complaint}`);
    }
  };
  const cluster = createScriptedCluster({
    protocol,
    config,
    nodeCount: config.nodes,
    onEvent: (event) => {
      if (event.kind === 'started') judge(event.node, undefined, event.state);
      if (event.kind === 'state') judge(event.node, event.before, event.after);
      if (event.kind === 'sent') sent.push(event.message);
    },
  });
  let number = 0;
  /** A write of a client of its own, so that none waits for another. */
  const write = (node: number, value: number): void => {
    number += 1;
    cluster.request(node, number, 1, { kind: 'write', key: 0, value });
  };
  return Object.assign(cluster, { broken, sent, write });
}

export type Cluster = ReturnType<typeof clusterOf>;

/** Ends the election under way among these, which all agree by now, and everything that follows from it. */
export function elect(cluster: Cluster, nodes: readonly number[]): void {
  cluster.settle();
  for (const node of nodes) if (cluster.timers[node]?.has('finalize') === true) cluster.fire(node, 'finalize');
  cluster.settle();
  // Who decided before its leader did has asked too early.
  for (const node of nodes)
    if (cluster.states[node]?.role === 'following' && cluster.timers[node]?.has('tick') === true)
      cluster.fire(node, 'tick');
  cluster.settle();
}

/** The followers miss their leader, and a new one is established among them. */
export function replace(cluster: Cluster, followers: readonly number[]): void {
  for (const node of followers) cluster.fire(node, 'limit');
  elect(cluster, followers);
}

/** A leader that is cut off gives up at last: its ticks pass. */
export function giveUp(cluster: Cluster, leader: number): void {
  for (let halfTick = 0; cluster.states[leader]?.role === 'leading' && halfTick < 100; halfTick++)
    cluster.fire(leader, 'tick');
  invariant(cluster.states[leader]?.role === 'looking', 'a leader that heard nobody looks for another');
}

/** Takes a server down together with what it has under way. */
export function vanish(cluster: Cluster, node: number): void {
  cluster.crash(node);
  for (const to of ALL) while (cluster.drop(node, to));
}

export const phases = (cluster: Cluster) =>
  cluster.states.map(({ role, phase, currentEpoch }) => `${role} ${phase} ${currentEpoch}`);

export const ALL = [0, 1, 2];
