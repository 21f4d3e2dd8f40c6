import { defineTool, READ_ONLY } from '../src/registry/define-tool.ts';
import { modelCheckReportSchema, modelCheckRequestSchema } from '../src/schemas/model-checking.ts';
import { answerCheck } from '../src/solutions/model-checking/answer-check.ts';
import { checkPart } from '../src/solutions/model-checking/sweep.ts';

export const checkModel = defineTool({
  name: 'check_model',
  title: 'Check every schedule within bounds',
  description:
    'Explores every schedule of a protocol (its own code) or of a reference model within bounds: orders of messages, ' +
    'timeouts, crashes, losses, partitions. Judges built-in and your own properties, and gives a shortest path to a ' +
    'breach. Says how many states were explored, and that nothing is said beyond the bounds.',
  useWhen: 'a claim must hold in every schedule, or the shortest way to break it is wanted',
  notFor: 'latency, availability or long runs (run_simulation), or sizes of quorums (analyze_quorum)',
  input: modelCheckRequestSchema,
  output: modelCheckReportSchema,
  annotations: READ_ONLY,
  examples: [
    {
      title: 'Two-phase commit with five resource managers, to the end',
      input: { model: 'two_phase_commit', config: { rms: 5 } },
    },
    {
      title: 'Raft that forgets its vote at a restart elects two leaders in one term',
      input: { protocol: 'raft', nodes: 3, variant: 'forgets-vote', bounds: { max_term: 1 }, faults: { crashes: 1 } },
    },
    {
      title: 'A property of your own',
      input: {
        model: 'paxos',
        config: { clients: 1 },
        properties: ['all a, b in nodes: a.isDecided? = true and b.isDecided? = true implies a.accepted = b.accepted'],
      },
    },
    {
      title: 'Several configurations side by side',
      input: { model: 'two_phase_commit', config: { rms: 3 }, sweep: [{ config: { rms: 4 } }] },
    },
    {
      title: 'A checkpoint that is gone',
      input: { continue: '0'.repeat(32) },
      fails: 'model/unknown_checkpoint',
    },
    {
      title: 'A property that does not parse',
      input: { model: 'die_hard', properties: ['contents[0] <= '] },
      fails: 'model/bad_expression',
    },
  ],
  run: (request, context) => answerCheck(request, context, (value) => modelCheckRequestSchema.safeParse(value).data),
  part: (part, { budget }) => checkPart(part, budget),
});
