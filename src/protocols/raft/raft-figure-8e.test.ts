import { expect, test } from 'vitest';
import { standardSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { givenRaftSteps } from './given-state.ts';
import { raftDefinition } from './raft-definition.ts';

const SCRIPT = `# Raft paper, Figure 8 (e). As in (c), n1 leads term 4 and the entry 2:2 is on a majority: n1, n2 and n3. Before n1 crashes it also
# replicates an entry of its own term to them. Then n5 cannot win with its 2:3, and 2:2 stays.
state
partition n1 n2 n3 | n4 n5
fire n1 heartbeat
settle
state n1 n2 n3
# n1 crashes; n5 campaigns until its term is the latest, and is refused by n2 and n3.
crash n1
heal
fire n5 election
settle
fire n5 election
settle
state
# n2 is elected and overwrites what n5 had.
fire n2 heard_leader
fire n2 election
settle
fire n2 heartbeat
settle
state n2 n3 n4 n5
`;

test('Figure 8 (e): an entry of the leader’s own term on a majority makes all before it safe', async () => {
  const config = raftDefinition.configure({ nodes: 5, settings: standardSettings(raftDefinition.settings) });
  const node = { term: 4, votedFor: 0, commitIndex: 1, role: 'follower', reachable: true } as const;
  const text = runTranscript({
    definition: raftDefinition,
    config,
    script: SCRIPT,
    given: givenRaftSteps(config, [
      { ...node, log: [1, 2, 4], role: 'leader' },
      { ...node, log: [1, 2] },
      { ...node, log: [1, 2] },
      { ...node, log: [1] },
      { ...node, term: 3, votedFor: 4, log: [1, 3] },
    ]),
  });
  await expect(text).toMatchFileSnapshot('testdata/figure-8e.txt');
  expect(text).not.toContain('n5 is now leader');
  expect(text.match(/no vote term 5/g)?.length).toBeGreaterThanOrEqual(2);
  const end = text.slice(text.lastIndexOf('state n2')).match(/log .*/g);
  expect(end).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(/^log 1:1 2:2 3:4 4:\d+, committed 4$/)));
});
