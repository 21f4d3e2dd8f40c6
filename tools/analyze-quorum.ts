import { defineTool, READ_ONLY } from '../src/registry/define-tool.ts';
import { quorumReportSchema, quorumRequestSchema } from '../src/schemas/quorum.ts';
import { reportOnQuorums } from '../src/solutions/quorum/quorum-report.ts';

export const analyzeQuorum = defineTool({
  name: 'analyze_quorum',
  title: 'Analyze a quorum system',
  description:
    'Computes sizes, minimal quorums, intersections, resilience, load, capacity, latency and availability of any quorum ' +
    'system, the optimal strategy with a certificate, or the best system by search. Systems are given by node and ' +
    'failure counts, votes, expressions such as "a*b + c*d", a named construction, or a membership change.',
  useWhen:
    'a question turns on how many nodes, which quorums, what survives which failures, how much load or which availability',
  notFor: 'choosing a whole protocol (solve_problem) or behaviour over time such as elections and staleness',
  input: quorumRequestSchema,
  output: quorumReportSchema,
  annotations: READ_ONLY,
  examples: [
    { title: 'Five nodes, crash failures', input: { node_count: 5, node_availability: 0.99 } },
    {
      title: 'A grid with different capacities, 80% reads',
      input: {
        nodes: [
          { id: 'a', capacity: 2000 },
          { id: 'b', capacity: 1000 },
          { id: 'c', capacity: 2000 },
          { id: 'd', capacity: 1000 },
        ],
        reads: 'a*b + c*d',
        read_fraction: 0.8,
      },
    },
    {
      title: 'Reads and writes that miss each other: a counterexample',
      input: { reads: 'a*b', writes: 'c + d' },
    },
    {
      title: 'Six copies in three zones, Aurora style',
      input: {
        nodes: ['a', 'b', 'c', 'd', 'e', 'f'].map((id, index) => ({ id, zone: `z${Math.floor(index / 2) + 1}` })),
        zones: [1, 2, 3].map((zone) => ({ id: `z${zone}`, availability: 0.999 })),
        node_availability: 0.99,
        reads: 'choose(3, a, b, c, d, e, f)',
        writes: 'choose(4, a, b, c, d, e, f)',
      },
    },
    {
      title: 'A misspelt node',
      input: { nodes: [{ id: 'alpha' }, { id: 'beta' }], reads: 'alpha * betta' },
      fails: 'quorum/unknown_node',
    },
  ],
  run: (request, { budget, progress }) => reportOnQuorums(request, budget, progress),
});
