/**
 * A schedule as plain data: what a run does that is neither drawn from a seed nor driven by time. A path of the model checker is told in these.
 */
import type { NodeIndex } from '../kernel/units.ts';
import type { Command } from '../protocols/protocol.ts';

export type ScheduledStep =
  /** `nth` counts, from 0, the messages that `from` ever sent to `to`. One that was delivered may be delivered again. */
  | { readonly kind: 'deliver' | 'lose'; readonly from: NodeIndex; readonly to: NodeIndex; readonly nth: number }
  | ({ readonly kind: 'fire'; readonly node: NodeIndex; readonly timer: string } & Chosen)
  | ({
      readonly kind: 'ask';
      readonly node: NodeIndex;
      readonly client: number;
      readonly number: number;
      readonly command: Command;
    } & Chosen)
  | { readonly kind: 'crash'; readonly node: NodeIndex; readonly losesDisk: boolean }
  | ({ readonly kind: 'restart'; readonly node: NodeIndex } & Chosen)
  /** Cuts these nodes off from the others: what is sent across is lost, what is on its way waits. None: the network is whole. */
  | { readonly kind: 'cut'; readonly nodes: readonly NodeIndex[] };

/** Answers to what the node chooses on the way, in order; 0 where there are none left. */
interface Chosen {
  readonly choices?: readonly number[];
}
