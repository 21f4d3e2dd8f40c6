import { expect, test } from 'vitest';
import { findClaims } from './claims.ts';

const claim = (text: string) => findClaims(text, 'p').map(({ text: _text, path: _path, ...rest }) => rest);

test.each([
  ['A cluster of 4 nodes tolerates 2 failures.', [{ kind: 'tolerance', nodes: 4, failures: 2 }]],
  [
    'With five replicas we can survive two crashes',
    [{ kind: 'tolerance', nodes: 5, failures: 2, faultModel: 'crash' }],
  ],
  ['It tolerates up to 3 node failures with 6 nodes', [{ kind: 'tolerance', nodes: 6, failures: 3 }]],
  ['It survives any 2 failures.', [{ kind: 'tolerance', failures: 2 }]],
  ['4 nodes cannot tolerate 2 failures', [{ kind: 'tolerance', nodes: 4, failures: 2, negated: true }]],
  ['7 nodes tolerate 2 Byzantine faults', [{ kind: 'tolerance', nodes: 7, failures: 2, faultModel: 'byzantine' }]],
  ['To tolerate 2 failures you need 4 nodes', [{ kind: 'tolerance', nodes: 4, failures: 2 }]],
  ['It works even if 3 of 5 nodes fail', [{ kind: 'outage', nodes: 5, failures: 3 }]],
  ['The majority of 4 is 2.', [{ kind: 'quorum', nodes: 4, quorum: 2 }]],
  ['A quorum of 3 out of 5 commits.', [{ kind: 'quorum', nodes: 5, quorum: 3 }]],
  ['3 of 5 nodes form a quorum', [{ kind: 'quorum', nodes: 5, quorum: 3 }]],
  ['In a 3-node cluster a quorum of 2 suffices', [{ kind: 'quorum', nodes: 3, quorum: 2 }]],
  ['quorum size 3; heartbeat 50 ms', [{ kind: 'quorum', quorum: 3 }]],
  ['quorum=3', [{ kind: 'quorum', quorum: 3 }]],
  ['A write quorum of 4 and a read quorum of 2', [{ kind: 'read_write', write: 4, read: 2 }]],
  ['a quorum is ceil(N/2) nodes', [{ kind: 'half' }]],
  ['PBFT needs 3f+1 replicas', [{ kind: 'formula', perFailure: 3, extra: 1, faultModel: 'byzantine' }]],
  ['Heartbeats every 50 ms; 5 nodes; 3 racks.', []],
])('%s', (text, expected) => {
  expect(claim(text)).toEqual(expected);
});

test('each stretch of text makes one claim, in order of appearance', () => {
  const text = 'A quorum of 3 out of 5 commits, so 5 nodes tolerate 2 failures.';
  expect(claim(text)).toEqual([
    { kind: 'quorum', nodes: 5, quorum: 3 },
    { kind: 'tolerance', nodes: 5, failures: 2 },
  ]);
});

test('a text makes at most a hundred claims', () => {
  expect(findClaims('5 nodes tolerate 2 failures and '.repeat(3_000), 'p')).toHaveLength(100);
});
