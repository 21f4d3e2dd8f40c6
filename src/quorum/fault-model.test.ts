import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attempt } from '../kernel/failure.ts';
import { type ByzantineQuorums, type FaultModel, quorumSizes } from './fault-model.ts';

describe('sizes of the literature', () => {
  it.each<[FaultModel, ByzantineQuorums | undefined, number, number, number, number]>([
    // Nodes, quorum, failures, intersection: etcd's table of cluster sizes.
    ['crash', undefined, 1, 1, 0, 1],
    ['crash', undefined, 2, 2, 0, 1],
    ['crash', undefined, 3, 2, 1, 1],
    ['crash', undefined, 4, 3, 1, 1],
    ['crash', undefined, 5, 3, 2, 1],
    ['crash', undefined, 9, 5, 4, 1],
    // Malkhi, Reiter 1998.
    ['byzantine', 'dissemination', 4, 3, 1, 2],
    ['byzantine', 'dissemination', 7, 5, 2, 3],
    ['byzantine', 'masking', 5, 4, 1, 3],
    ['byzantine', 'masking', 9, 7, 2, 5],
    ['byzantine', 'opaque', 6, 5, 1, 4],
    // Too few nodes for a single Byzantine failure: majorities.
    ['byzantine', 'dissemination', 1, 1, 0, 1],
    ['byzantine', 'dissemination', 2, 2, 0, 1],
    ['byzantine', 'dissemination', 3, 2, 0, 1],
  ])(
    '%s %s with %i nodes: quorum %i, %i failures',
    (faultModel, byzantineQuorums, nodeCount, quorum, failures, shared) => {
      expect(quorumSizes({ faultModel, nodeCount, byzantineQuorums })).toMatchObject({
        nodeCount,
        quorumSize: quorum,
        failureTolerance: failures,
        byzantineFaults: faultModel === 'crash' ? 0 : failures,
        requiredIntersection: shared,
      });
    },
  );

  it.each([
    // UpRight: 2u + r + 1 nodes, quorums of u + r + 1.
    { u: 2, r: 1, nodeCount: 6, quorumSize: 4 },
    { u: 2, r: 0, nodeCount: 5, quorumSize: 3 },
    { u: 2, r: 2, nodeCount: 7, quorumSize: 5 },
  ])('hybrid with u = $u and r = $r', ({ u, r, nodeCount, quorumSize }) => {
    const sizes = quorumSizes({ faultModel: 'hybrid', failureTolerance: u, byzantineFailures: r });
    expect(sizes).toMatchObject({ nodeCount, quorumSize, byzantineFaults: r, requiredIntersection: r + 1 });
  });
});

describe('every size that is given out', () => {
  const requests = fc.record({
    faultModel: fc.constantFrom<FaultModel>('crash', 'byzantine', 'hybrid'),
    byzantineQuorums: fc.constantFrom<ByzantineQuorums>('dissemination', 'masking', 'opaque'),
    failures: fc.integer({ min: 0, max: 40 }),
    byzantine: fc.integer({ min: 0, max: 40 }),
    extraNodes: fc.integer({ min: 0, max: 40 }),
  });

  it('is live without the failed nodes, and safe by its intersection', () => {
    fc.assert(
      fc.property(requests, ({ faultModel, byzantineQuorums, failures, byzantine, extraNodes }) => {
        const byzantineFailures = Math.min(byzantine, failures);
        const request = { faultModel, byzantineQuorums, byzantineFailures };
        const fewest = quorumSizes({ ...request, failureTolerance: failures });
        const sizes = quorumSizes({ ...request, nodeCount: fewest.nodeCount + extraNodes });
        for (const { nodeCount, quorumSize, failureTolerance, requiredIntersection, byzantineFaults } of [
          fewest,
          sizes,
        ]) {
          expect(quorumSize).toBeLessThanOrEqual(nodeCount - failureTolerance);
          expect(2 * quorumSize - nodeCount).toBeGreaterThanOrEqual(requiredIntersection);
          expect(byzantineFaults).toBeLessThanOrEqual(failureTolerance);
          // One node less in every quorum would share too few.
          if (byzantineQuorums !== 'opaque' || faultModel !== 'byzantine') {
            expect(2 * (quorumSize - 1) - nodeCount).toBeLessThan(requiredIntersection);
          }
        }
        expect(sizes.failureTolerance).toBeGreaterThanOrEqual(failures);
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('takes the fewest nodes: one less does not tolerate as many failures', () => {
    for (const byzantineQuorums of ['dissemination', 'masking', 'opaque'] as const) {
      for (let failures = 1; failures <= 10; failures++) {
        const { nodeCount } = quorumSizes({ faultModel: 'byzantine', byzantineQuorums, failureTolerance: failures });
        const fewer = quorumSizes({ faultModel: 'byzantine', byzantineQuorums, nodeCount: nodeCount - 1 });
        expect(fewer.failureTolerance).toBe(failures - 1);
      }
    }
  });

  it('lets current, correct replies outnumber all others in opaque quorums, whichever nodes lie', () => {
    for (let nodeCount = 1; nodeCount <= 40; nodeCount++) {
      const { quorumSize: q, byzantineFaults: f } = quorumSizes({
        faultModel: 'byzantine',
        byzantineQuorums: 'opaque',
        nodeCount,
      });
      const shared = 2 * q - nodeCount;
      // Malkhi, Reiter 1998, definition 5.1, all liars inside the intersection.
      expect(shared - f).toBeGreaterThan(f + (q - shared));
    }
  });
});

describe('both numbers given', () => {
  it('sizes Byzantine quorums for the failures asked for, not for the most possible', () => {
    const sizes = quorumSizes({ faultModel: 'byzantine', nodeCount: 10, failureTolerance: 1 });
    expect(sizes).toMatchObject({ quorumSize: 6, failureTolerance: 1, requiredIntersection: 2 });
  });

  it('reports what a majority survives, even if less was asked for', () => {
    expect(quorumSizes({ faultModel: 'crash', nodeCount: 7, failureTolerance: 1 }).failureTolerance).toBe(3);
  });

  it.each([
    [{ faultModel: 'crash', nodeCount: 4, failureTolerance: 2 }, '2f+1 = 5 nodes; 4 nodes tolerate 1'],
    [{ faultModel: 'byzantine', nodeCount: 5, failureTolerance: 2 }, '3f+1 = 7 nodes; 5 nodes tolerate 1'],
    [
      { faultModel: 'byzantine', byzantineQuorums: 'opaque', nodeCount: 5, failureTolerance: 1 },
      '5f+1 = 6 nodes; 5 nodes tolerate 0',
    ],
    [
      { faultModel: 'hybrid', nodeCount: 5, failureTolerance: 2, byzantineFailures: 1 },
      '2u+r+1 = 6 nodes; 5 nodes tolerate 1',
    ],
  ] as const)('that do not go together fail with what would do: %o', (request, offer) => {
    const result = attempt(() => quorumSizes(request));
    expect(result).toMatchObject({ ok: false, failure: { code: 'quorum/infeasible' } });
    expect(!result.ok && result.failure.message).toContain(offer);
  });
});

describe('what it refuses', () => {
  it.each([
    [{ faultModel: 'crash' }, 'input/missing'],
    [{ faultModel: 'crash', nodeCount: 0 }, 'input/invalid'],
    [{ faultModel: 'crash', nodeCount: 2.5 }, 'input/invalid'],
    [{ faultModel: 'crash', nodeCount: Number.NaN }, 'input/invalid'],
    [{ faultModel: 'crash', failureTolerance: -1 }, 'input/invalid'],
    [{ faultModel: 'crash', nodeCount: 1e12 }, 'input/invalid'],
    [{ faultModel: 'hybrid', nodeCount: 6 }, 'input/missing'],
    [{ faultModel: 'hybrid', failureTolerance: 1, byzantineFailures: 2 }, 'input/conflict'],
    [{ faultModel: 'hybrid', nodeCount: 3, byzantineFailures: 1 }, 'quorum/infeasible'],
  ] as const)('%o: %s', (request, code) => {
    expect(attempt(() => quorumSizes(request))).toMatchObject({ ok: false, failure: { code } });
  });

  it('names the nodes that the Byzantine failures need', () => {
    const result = attempt(() => quorumSizes({ faultModel: 'hybrid', nodeCount: 3, byzantineFailures: 1 }));
    expect(!result.ok && result.failure.expected).toBe('at least 4');
  });
});
