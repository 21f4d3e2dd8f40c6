/**
 * Totals of a run for its timeline: the first and the last answer, the longest times in which no client was answered, requests that
 * failed, and messages that were lost, by cause.
 */
import { timeText } from '../kernel/time-text.ts';
import { counted, shortened } from './event-words.ts';
import type { TimelineEntry } from './timeline.ts';
import type { Trace, TraceEvent } from './trace.ts';

type Completion = TraceEvent & { readonly kind: 'complete' };

/** A gap is told when it is this many times the median one, and at least so long. */
const GAP_FACTOR = 10;
const GAP_MIN_US = 50_000;
const GAPS_MAX = 3;
const REASONS_MAX = 3;

const LOSSES = {
  loss: 'on the network',
  partition: 'on cut links',
  down: 'because the receiver is down',
} as const;

export function progressEntries(trace: Trace): TimelineEntry[] {
  const completions = trace.events.filter((event) => event.kind === 'complete');
  const answers = completions.filter(({ response }) => response.status === 'ok');
  const [first, last] = [answers[0], answers.at(-1)];
  if (first === undefined || last === undefined) return failures(completions);
  const ends =
    first === last
      ? [{ atUs: first.atUs, kind: 'progress' as const, text: 'the only request that succeeds' }]
      : [
          { atUs: first.atUs, kind: 'progress' as const, text: 'the first request succeeds' },
          {
            atUs: last.atUs,
            kind: 'progress' as const,
            text: `the last of ${counted(answers.length, 'request')} that succeed`,
          },
        ];
  return [...ends, ...gaps(answers, trace), ...failures(completions)];
}

/** What was still under way when the run ended is not lost. */
export function lossEntries({ events }: Trace): TimelineEntry[] {
  return (Object.keys(LOSSES) as (keyof typeof LOSSES)[]).flatMap((cause) => {
    const lost = events.filter((event) => event.kind === 'message' && event.lostBecause === cause);
    const [first, last] = [lost[0], lost.at(-1)];
    if (first === undefined || last === undefined) return [];
    const until = first === last ? '' : `, until ${timeText(last.atUs)}`;
    const are = lost.length === 1 ? 'is' : 'are';
    const text = `${counted(lost.length, 'message')} ${are} lost ${LOSSES[cause]}${until}`;
    return [{ atUs: first.atUs, untilUs: last.atUs, kind: 'loss' as const, text }];
  });
}

/** Between two answers, and from the last to the end. */
function gaps(answers: readonly Completion[], { endUs }: Trace): TimelineEntry[] {
  const times = [...answers.map(({ atUs }) => atUs), endUs];
  const all = times.slice(1).map((untilUs, index) => ({ atUs: times[index] ?? 0, untilUs }));
  const lengths = all.map(({ atUs, untilUs }) => untilUs - atUs).sort((a, b) => a - b);
  const least = Math.max(GAP_MIN_US, (lengths[Math.floor(lengths.length / 2)] ?? 0) * GAP_FACTOR);
  return all
    .filter(({ atUs, untilUs }) => untilUs - atUs >= least)
    .sort((a, b) => b.untilUs - b.atUs - (a.untilUs - a.atUs))
    .slice(0, GAPS_MAX)
    .map(({ atUs, untilUs }) => {
      const until = untilUs === endUs ? 'the end' : timeText(untilUs);
      const text = `no request succeeds for ${timeText(untilUs - atUs)}, until ${until}`;
      return { atUs, untilUs, kind: 'gap' as const, text };
    });
}

function failures(completions: readonly Completion[]): TimelineEntry[] {
  const byReason = new Map<string, Completion[]>();
  for (const each of completions) {
    if (each.response.status !== 'failed') continue;
    byReason.set(each.response.reason, [...(byReason.get(each.response.reason) ?? []), each]);
  }
  const most = [...byReason].sort(([, some], [, more]) => more.length - some.length).slice(0, REASONS_MAX);
  return most.map(([reason, failed]) => {
    const [atUs, untilUs] = [failed[0]?.atUs ?? 0, failed.at(-1)?.atUs ?? 0];
    const text = `${counted(failed.length, 'request')} fail: ${shortened(reason, 80)}`;
    return {
      atUs,
      untilUs,
      kind: 'progress' as const,
      text: failed.length === 1 ? text.replace(' fail:', ' fails:') : text,
    };
  });
}
