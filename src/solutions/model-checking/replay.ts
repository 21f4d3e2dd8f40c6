/**
 * A path of the model checker as a run of the simulator. The path is followed in the model, to know which message of a link each step delivers;
 * the simulator then does exactly these steps, and judges, draws and explains them as it does any run.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { NodeIndex } from '../../kernel/units.ts';
import type { ActorStep } from '../../model-checking/actors/actor-model.ts';
import type { Check } from '../../model-checking/check.ts';
import type { ClusterAction } from '../../model-checking/cluster/cluster-actions.ts';
import type { ClusterRequest } from '../../model-checking/cluster/cluster-request.ts';
import type { NodeCell } from '../../model-checking/cluster/node-step.ts';
import { protocolCluster } from '../../model-checking/cluster/protocol-cluster.ts';
import type { Finding } from '../../model-checking/explore/explorer.ts';
import { pathOf } from '../../model-checking/explore/path.ts';
import type { AnyDefinition } from '../../protocols/definition.ts';
import type { Command } from '../../protocols/protocol.ts';
import { type SettingValues, standardSettings } from '../../protocols/settings.ts';
import { type SimulationRequest, STANDARD_REQUEST, STANDARD_WORKLOAD } from '../../simulation/request.ts';
import type { ScheduledStep } from '../../simulation/scheduled-step.ts';

/** What is longer makes no token that anybody would pass on. */
const STEPS_MAX = 1000;

/** undefined where the subject is no protocol, which the simulator could run, and of paths that are too long to be told. */
export function replayOf(
  { request, subject }: Pick<Check, 'request' | 'subject'>,
  finding: Finding,
): SimulationRequest | undefined {
  const { system, definition, config } = subject;
  const actions = [...finding.actions, ...(finding.loop ?? [])];
  if (request.subject.kind !== 'protocol' || definition === undefined || actions.length > STEPS_MAX) return undefined;
  const path = pathOf(system, actions, finding.throughRepresentatives);
  const follower = new Follower(definition, config, request.subject.cluster);
  const schedule = path.slice(1).map(({ action }, index) => {
    const { event } = system.describeAction(path[index]?.words as Int32Array, 0, action);
    return follower.follow(event as ClusterEvent);
  });
  return requestOf(definition, request.subject.cluster, schedule);
}

/** What the cluster's system says of each action. */
type ClusterEvent =
  | {
      readonly kind: 'message' | 'loss';
      readonly actor: NodeIndex;
      readonly from: NodeIndex;
      readonly message: unknown;
    }
  | {
      readonly kind: 'action';
      readonly actor: NodeIndex;
      readonly action: ClusterAction;
      readonly choices?: readonly number[];
    };

function requestOf(
  definition: AnyDefinition,
  cluster: ClusterRequest,
  schedule: readonly ScheduledStep[],
): SimulationRequest {
  const { protocol, nodes, variant, settings, operations } = cluster;
  return {
    ...STANDARD_REQUEST,
    protocol,
    nodes,
    ...(variant === undefined ? {} : { variant }),
    settings: changedSettings(definition, settings),
    runs: 1,
    durationMs: schedule.length + 1,
    settleMs: 0,
    workload: { ...STANDARD_WORKLOAD, clients: operations.length },
    scenario: 'none',
    schedule,
  };
}

/** Those that are not standard, as text: a token is short. */
function changedSettings(definition: AnyDefinition, settings: SettingValues): Readonly<Record<string, string>> {
  const standard = standardSettings(definition.settings);
  const changed = Object.entries(settings).filter(([name, value]) => value !== standard[name]);
  return Object.fromEntries(changed.map(([name, value]) => [name, String(value)]));
}

type CellStep = ActorStep<NodeCell, unknown, unknown>;

/** A message on its way, by its place among all that were ever sent on its link. */
interface Waiting {
  readonly nth: number;
  readonly text: string;
}

class Follower {
  private readonly model: ReturnType<typeof protocolCluster>;
  private readonly request: ClusterRequest;
  private readonly cells: NodeCell[] = [];
  /** By link. */
  private readonly sent = new Map<string, number>();
  private readonly waiting = new Map<string, readonly Waiting[]>();
  private cutOff: readonly NodeIndex[] = [];

  constructor(definition: AnyDefinition, config: unknown, request: ClusterRequest) {
    this.request = request;
    this.model = protocolCluster(definition, config, request);
    for (const node of this.model.names.keys()) this.take(node, this.model.start(node));
  }

  follow(event: ClusterEvent): ScheduledStep {
    if (event.kind === 'action') return this.act(event);
    const { actor: to, from, message } = event;
    const staysThere = event.kind === 'message' && this.request.network === 'unordered_duplicating';
    const nth = this.find(from, to, message, staysThere);
    if (event.kind === 'loss') return { kind: 'lose', from, to, nth };
    const step = this.model.receive(to, this.cells[to] as NodeCell, from, message);
    if (step !== undefined) this.take(to, step);
    return { kind: 'deliver', from, to, nth };
  }

  private act({ actor: node, action, choices }: ClusterEvent & { readonly kind: 'action' }): ScheduledStep {
    const steps = this.model.act?.(node, this.cells[node] as NodeCell, action) ?? [];
    const step = steps.find((each) => String(each.choices) === String(choices));
    invariant(step !== undefined, 'the model does again what it did');
    if (action.kind === 'cut') this.cutOff = action.nodes;
    this.take(node, step);
    return scheduledStep(this.request, node, action, choices === undefined ? {} : { choices });
  }

  private take(node: NodeIndex, { state, sends }: CellStep): void {
    this.cells[node] = state;
    for (const { to, message } of sends) this.send(node, to, message);
  }

  /** What the model loses, because the link is cut or full, counts as sent all the same. */
  private send(from: NodeIndex, to: NodeIndex, message: unknown): void {
    const link = linkOf(from, to);
    const nth = this.sent.get(link) ?? 0;
    this.sent.set(link, nth + 1);
    const waiting = this.waiting.get(link) ?? [];
    const text = JSON.stringify(message);
    const isSame = this.request.network === 'unordered_duplicating' && waiting.some((each) => each.text === text);
    const isFull = waiting.length >= (this.request.bounds.messagesPerLinkMax ?? Number.POSITIVE_INFINITY);
    const isCut = this.cutOff.includes(from) !== this.cutOff.includes(to);
    if (!isSame && !isFull && !isCut) this.waiting.set(link, [...waiting, { nth, text }]);
  }

  private find(from: NodeIndex, to: NodeIndex, message: unknown, staysThere: boolean): number {
    const link = linkOf(from, to);
    const waiting = this.waiting.get(link) ?? [];
    const text = JSON.stringify(message);
    const found = waiting.find((each) => each.text === text);
    invariant(found !== undefined, 'what is delivered is on its way');
    if (!staysThere)
      this.waiting.set(
        link,
        waiting.filter((each) => each !== found),
      );
    return found.nth;
  }
}

function scheduledStep(
  { operations }: ClusterRequest,
  node: NodeIndex,
  action: ClusterAction,
  chosen: { readonly choices?: readonly number[] },
): ScheduledStep {
  switch (action.kind) {
    case 'timer':
      return { kind: 'fire', node, timer: action.timer, ...chosen };
    case 'request': {
      const { client, number } = action;
      return { kind: 'ask', node, client, number, command: operations[client]?.[number - 1] as Command, ...chosen };
    }
    case 'crash':
    case 'disk_loss':
      return { kind: 'crash', node, losesDisk: action.kind === 'disk_loss' };
    case 'restart':
      return { kind: 'restart', node, ...chosen };
    case 'cut':
      return { kind: 'cut', nodes: action.nodes };
  }
}

function linkOf(from: NodeIndex, to: NodeIndex): string {
  return `${from}/${to}`;
}
