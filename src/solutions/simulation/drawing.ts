/**
 * The shown run as timeline, diagrams and logs.
 */

import { renderRunSequence } from '../../diagrams/run-sequence.ts';
import { renderShiviz } from '../../diagrams/shiviz.ts';
import { renderSpaceTime } from '../../diagrams/space-time.ts';
import { renderSpaceTimePage } from '../../diagrams/space-time-page.ts';
import { defined } from '../../kernel/defined.ts';
import { millisecondsText } from '../../kernel/time-text.ts';
import type { SimulationReport, SimulationToolRequest } from '../../schemas/simulation.ts';
import { single } from '../../simulation/counterexample.ts';
import { explainViolation } from '../../simulation/explanation.ts';
import { describeFault } from '../../simulation/faults/describe-fault.ts';
import type { Prepared } from '../../simulation/prepare.ts';
import { replayToken } from '../../simulation/replay-token.ts';
import { timelineOf } from '../../simulation/timeline.ts';
import type { ShownRun } from './shown-run.ts';

export type Drawing = Pick<
  SimulationReport,
  'faults' | 'timeline' | 'diagram' | 'space_time_svg' | 'page_html' | 'shiviz' | 'events'
>;

export function drawRun(shown: ShownRun, prepared: Prepared, include: SimulationToolRequest['include']): Drawing {
  const { trace, seed } = shown;
  const { definition, names, request } = prepared;
  const title = `${definition.title}, ${request.nodes} nodes, seed ${seed}`;
  const timeline = timelineOf(trace);
  const only = <Value>(name: SimulationToolRequest['include'][number], make: () => Value): Value | undefined =>
    include.includes(name) ? make() : undefined;
  return {
    faults: shown.faults.map((fault) => describeFault(fault, names)),
    timeline: timeline.entries.map(({ atUs, text }) => `${millisecondsText(atUs)} ms: ${text}`),
    diagram: renderRunSequence(trace),
    ...defined({
      space_time_svg: only('space_time_svg', () => renderSpaceTime(trace, { title })),
      page_html: only('page_html', () =>
        renderSpaceTimePage({
          title,
          trace,
          timeline: timeline.entries,
          timelineLeftOut: timeline.leftOut,
          ...defined({ explanation: explainViolation(trace) }),
          reproduce: replayCommand(prepared, seed),
        }),
      ),
      shiviz: only('shiviz', () => renderShiviz(trace).log),
      events: only('events', () => trace.events.map((event) => JSON.stringify(event))),
    }),
  };
}

function replayCommand({ request }: Prepared, seed: number): string {
  return `quorate simulate --replay ${replayToken(single(request, seed))}`;
}
