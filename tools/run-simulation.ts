import { defineTool, READ_ONLY } from '../src/registry/define-tool.ts';
import { simulationReportSchema, simulationRequestSchema } from '../src/schemas/simulation.ts';
import { reportOnSimulation, simulatePart } from '../src/solutions/simulation/report.ts';

export const runSimulation = defineTool({
  name: 'run_simulation',
  title: 'Simulate a protocol under faults',
  description:
    'Runs a protocol (raft, multi-paxos, pbft, primary-backup, dynamo, two-phase-commit and others) under a workload, a ' +
    'network and faults in virtual time, judges its properties and the client history on every step, measures latency, ' +
    'availability, failover and messages, and reduces a breach to the smallest replayable run. Same seed, same answer.',
  useWhen:
    'a question is how a protocol behaves: under partitions, crashes, slow disks or skewed clocks, with given settings or a known mistake',
  notFor: 'sizes and availability of quorums (analyze_quorum) or proof over all schedules',
  input: simulationRequestSchema,
  output: simulationReportSchema,
  annotations: READ_ONLY,
  examples: [
    {
      title: 'Raft with five nodes under drawn faults',
      input: { protocol: 'raft', nodes: 5, runs: 3, duration_ms: 3000 },
    },
    {
      title: 'The leader of three is cut off for a second',
      input: {
        protocol: 'raft',
        nodes: 3,
        runs: 2,
        duration_ms: 3000,
        faults: [{ kind: 'partition', at_ms: 1000, until_ms: 2000, nodes: ['leader'] }],
      },
    },
    {
      title: 'Asynchronous replication loses writes at failover',
      input: { protocol: 'primary-backup', settings: { mode: 'asynchronous' }, runs: 3, duration_ms: 2000 },
    },
    {
      title: 'What follows from the state of a real Raft cluster',
      input: {
        protocol: 'raft',
        nodes: 3,
        runs: 1,
        duration_ms: 1000,
        scenario: 'none',
        given_states: [
          { term: 2, log: [1, 1, 2], commit_index: 2, role: 'leader' },
          { term: 2, log: [1, 1] },
          { term: 2, log: [1, 1] },
        ],
      },
    },
    {
      title: 'What a new proposer of Paxos must propose, from what the acceptors hold',
      input: {
        protocol: 'paxos',
        runs: 1,
        duration_ms: 1000,
        scenario: 'none',
        given_states: [
          { promised: '1.n1', accepted_in: '1.n1', accepted: 7 },
          { promised: '2.n2' },
          { promised: '2.n2' },
        ],
      },
    },
    { title: 'PBFT needs four nodes to survive a liar', input: { protocol: 'pbft', nodes: 3 }, fails: 'input/invalid' },
    { title: 'A token of somebody else', input: { replay: 'q1.00000000.e30' }, fails: 'simulation/foreign_token' },
  ],
  part: (part, { budget }) => simulatePart(part, budget),
  run: (request, context) => reportOnSimulation(request, context),
});
