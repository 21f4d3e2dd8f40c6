/**
 * Where the messages of a scheduled run are: the schedule knows from the beginning which arrive, and when.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { ScheduledStep } from '../scheduled-step.ts';
import type { Recorder } from './recorder.ts';
import { US_PER_MS } from './schedule.ts';

/** One message: the `nth` from a node to another. */
interface Label {
  readonly from: NodeIndex;
  readonly to: NodeIndex;
  readonly nth: number;
}

export class ScheduledMessages {
  sent = 0;
  lost = 0;

  /** By link, in order of sending. */
  private readonly messages = new Map<string, unknown[]>();
  private readonly gone = new Set<string>();
  private readonly arrivalsUs = new Map<string, number[]>();
  private readonly losses = new Set<string>();
  private readonly afterEndUs: number;
  private readonly recorder: Recorder | undefined;

  constructor(steps: readonly ScheduledStep[], recorder: Recorder | undefined) {
    this.recorder = recorder;
    this.afterEndUs = (steps.length + 2) * US_PER_MS;
    for (const [index, step] of steps.entries()) {
      if (step.kind === 'lose') this.losses.add(keyOf(step));
      if (step.kind !== 'deliver') continue;
      const known = this.arrivalsUs.get(keyOf(step)) ?? [];
      this.arrivalsUs.set(keyOf(step), [...known, (index + 1) * US_PER_MS]);
    }
  }

  leave(from: NodeIndex, to: NodeIndex, message: unknown): void {
    const key = keyOf({ from, to, nth: this.count(from, to, message) });
    const arrivals = this.arrivalsUs.get(key) ?? (this.losses.has(key) ? [undefined] : [this.afterEndUs]);
    for (const [index, atUs] of arrivals.entries())
      this.recorder?.sent(from, to, message, atUs, atUs === undefined ? 'loss' : undefined, index > 0);
  }

  /** The link is cut: the message gets nowhere. */
  leaveInVain(from: NodeIndex, to: NodeIndex, message: unknown): void {
    this.lose({ from, to, nth: this.count(from, to, message) });
    this.recorder?.sent(from, to, message, undefined, 'partition', false);
  }

  /** It was sent, and is not lost; it may have arrived already, and then arrives once more. */
  isUnderWay(label: Label): boolean {
    const sent = this.messages.get(linkOf(label))?.length ?? 0;
    return label.nth < sent && !this.gone.has(keyOf(label));
  }

  lose(label: Label): void {
    this.lost += 1;
    this.gone.add(keyOf(label));
  }

  arrive(label: Label, isTaken: boolean): unknown {
    this.recorder?.arrived(label.from, label.to, isTaken);
    return this.messages.get(linkOf(label))?.[label.nth];
  }

  private count(from: NodeIndex, to: NodeIndex, message: unknown): number {
    this.sent += 1;
    const link = linkOf({ from, to });
    const sent = this.messages.get(link) ?? [];
    this.messages.set(link, sent);
    return sent.push(message) - 1;
  }
}

function linkOf({ from, to }: Pick<Label, 'from' | 'to'>): string {
  return `${from}/${to}`;
}

function keyOf({ from, to, nth }: Label): string {
  return `${from}/${to}/${nth}`;
}
