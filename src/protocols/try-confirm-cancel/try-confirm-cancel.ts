/**
 * Try-confirm-cancel: a business transaction in which each branch first reserves (try), and then uses the reservation (confirm) or gives it
 * back (cancel). P. Helland, "Life beyond Distributed Transactions", CIDR 2007 (tentative operations); G. Pardon, C. Pautasso, "Atomic
 * Distributed Transactions: a RESTful Design", WWW Companion 2014; the fence table is Apache Seata's.
 *
 * Two-phase commit in the hands of the application: what is prepared is a visible reservation and not a lock, so others go on meanwhile,
 * and confirm and cancel must succeed in the end, however often they are repeated.
 *
 * Nodes: the branches, then the coordinator. See `coordinator.ts`, `branch.ts`.
 */
import type { Input, Protocol } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { branchMessage, startBranch } from './branch.ts';
import { coordinatorMessage, coordinatorRequest, coordinatorTimer, startCoordinator } from './coordinator.ts';
import { tccProperties } from './tcc-properties.ts';
import {
  coordinatorOf,
  nameOf,
  type TccConfig,
  type TccDurable,
  type TccMessage,
  type TccState,
  type TccStep,
} from './tcc-types.ts';

export const tryConfirmCancel: Protocol<TccConfig, TccState, TccMessage, TccDurable> = {
  timers: ['retry'],
  initial: (config, self, durable) =>
    self === coordinatorOf(config) ? startCoordinator(config, self, durable) : startBranch(config, self, durable),
  step,
  properties: tccProperties,
  describe: {
    role: ({ role }) => role,
    leads: ({ role }) => role === 'coordinator',
    state: describeState,
    message: describeMessage,
  },
};

function step(state: TccState, input: Input<TccMessage>): TccStep {
  switch (input.kind) {
    case 'message':
      return state.role === 'coordinator'
        ? coordinatorMessage(state, input.from, input.message)
        : branchMessage(state, input.message);
    case 'timer':
      return state.role === 'coordinator' ? coordinatorTimer(state) : { state, outputs: NO_OUTPUTS };
    case 'request': {
      if (state.role === 'coordinator') return coordinatorRequest(state, input.request);
      const { client, number } = input.request;
      const response = { status: 'redirect', to: coordinatorOf(state.config) } as const;
      return { state, outputs: [{ kind: 'respond', client, number, response }] };
    }
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function describeState(state: TccState): string {
  if (state.role === 'coordinator')
    return state.transactions.map((each) => `${nameOf(each)} ${each.phase}`).join('; ') || 'no transactions';
  const stocks = state.stocks.map(({ free, reserved, used }, key) => {
    return `article ${key}: ${free} free, ${reserved} reserved, ${used} used`;
  });
  const rows = state.rows.map((row) => `${nameOf(row)} ${row.status}`);
  const orders = state.orders.length === 0 ? [] : [`ordered outside for ${state.orders.map(nameOf).join(' ')}`];
  return [...stocks, ...rows, ...orders].join('; ') || 'untouched';
}

function describeMessage(message: TccMessage): string {
  return `${message.kind} ${nameOf('transaction' in message ? message.transaction : message)}`;
}
