import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../kernel/failure.ts';
import { type DurabilityProblem, durability } from './durability.ts';

const problem = (given: Partial<DurabilityProblem>): DurabilityProblem => ({
  copies: 2,
  copiesNeeded: 1,
  meanTimeToFailureHours: 100_000,
  meanTimeToRepairHours: 24,
  repair: 'parallel',
  ...given,
});

const DIGITS = 120n;
const ONE = 10n ** DIGITS;
const HOURS_PER_YEAR = 8760;

type FixedPoint = bigint;

/** Exactly the double that is given. */
function toFixedPoint(value: number): FixedPoint {
  return (BigInt(value * 2 ** 200) * ONE) / 2n ** 200n;
}

function fromFixedPoint(value: FixedPoint): number {
  return Number(`${value}e-${DIGITS}`);
}

/**
 * The model once more, as a full matrix of rates between the numbers of lost copies, absorbing at the last. Diagonals are
 * exact: rounded to doubles they would leak more than what is to be found.
 */
function generator({ copies, copiesNeeded, repair, ...times }: DurabilityProblem): FixedPoint[][] {
  const loss = copies - copiesNeeded + 1;
  return Array.from({ length: loss + 1 }, (_, lost) => {
    const row = new Array<FixedPoint>(loss + 1).fill(0n);
    if (lost === loss) return row;
    const fails = toFixedPoint((copies - lost) / times.meanTimeToFailureHours);
    const repaired = lost === 0 ? 0n : toFixedPoint((repair === 'parallel' ? lost : 1) / times.meanTimeToRepairHours);
    row[lost + 1] = fails;
    if (lost > 0) row[lost - 1] = repaired;
    row[lost] = -fails - repaired;
    return row;
  });
}

/** Mean time to absorption by Gaussian elimination: -Q t = 1 over the transient states. */
function denseMeanTime(rates: readonly (readonly FixedPoint[])[]): number {
  const size = rates.length - 1;
  const rows = rates.slice(0, size).map((row) => [...row.slice(0, size).map((rate) => -rate), ONE]);
  rows.forEach((pivotRow, pivot) => {
    rows.forEach((row, index) => {
      if (index === pivot) return;
      const factor = ((row[pivot] ?? 0n) * ONE) / (pivotRow[pivot] ?? ONE);
      row.forEach((entry, column) => {
        row[column] = entry - (factor * (pivotRow[column] ?? 0n)) / ONE;
      });
    });
  });
  return fromFixedPoint(((rows[0]?.[size] ?? 0n) * ONE) / (rows[0]?.[0] ?? ONE));
}

/** Loss within a year by the Taylor series of the matrix exponential, signs and all. */
function taylorLoss(rates: readonly (readonly FixedPoint[])[]): number {
  let term = rates.map((_, index) => (index === 0 ? ONE : 0n));
  let sum = term.at(-1) ?? 0n;
  for (let k = 1n; k < 20_000n; k++) {
    const next = term.map((_, to) => term.reduce((total, mass, from) => total + mass * (rates[from]?.[to] ?? 0n), 0n));
    term = next.map((entry) => (entry * BigInt(HOURS_PER_YEAR)) / (ONE * k));
    sum += term.at(-1) ?? 0n;
    if (term.every((entry) => entry === 0n)) return fromFixedPoint(sum);
  }
  throw new Error('the series did not end');
}

describe('closed forms', () => {
  test('two copies of which one suffices: (3 lambda + mu) / (2 lambda^2)', () => {
    const lambda = 1 / 100_000;
    const mu = 1 / 24;
    const { meanTimeToDataLossHours } = durability(problem({}));
    expect(meanTimeToDataLossHours / ((3 * lambda + mu) / (2 * lambda ** 2))).toBeCloseTo(1, 14);
  });

  test('two copies: loss within a year from the two eigenvalues', () => {
    // Rates of a year, near enough to each other for the closed form to keep its digits.
    const { annualLossProbability } = durability(
      problem({ meanTimeToFailureHours: 8760, meanTimeToRepairHours: 4380 }),
    );
    const trace = 3 + 2;
    const root = Math.sqrt(trace ** 2 - 4 * 2);
    const [slow, fast] = [(-trace + root) / 2, (-trace - root) / 2];
    const survival = (fast * Math.exp(slow) - slow * Math.exp(fast)) / (fast - slow);
    expect(annualLossProbability).toBeCloseTo(1 - survival, 14);
  });

  test('one copy is lost after its own mean time, exponentially', () => {
    const alone = durability(problem({ copies: 1 }));
    expect(alone.meanTimeToDataLossHours).toBeCloseTo(100_000, 9);
    expect(alone.annualLossProbability).toBeCloseTo(-Math.expm1(-0.0876), 15);
  });

  test('without repair in sight, n copies last the sum of 1 / (i lambda)', () => {
    const { meanTimeToDataLossHours } = durability(problem({ copies: 4, meanTimeToRepairHours: 1e15 }));
    expect(meanTimeToDataLossHours / (100_000 * (1 + 1 / 2 + 1 / 3 + 1 / 4))).toBeCloseTo(1, 9);
  });
});

const problems = fc
  .record({
    spare: fc.integer({ min: 0, max: 5 }),
    copiesNeeded: fc.integer({ min: 1, max: 12 }),
    meanTimeToFailureHours: fc.double({ min: 1_000, max: 1e6, noNaN: true }),
    meanTimeToRepairHours: fc.double({ min: 50, max: 20_000, noNaN: true }),
    repair: fc.constantFrom('parallel' as const, 'serial' as const),
  })
  .map(({ spare, ...rest }) => ({ ...rest, copies: rest.copiesNeeded + spare }));

describe('against other ways to compute the same', () => {
  test('the mean time agrees with a dense linear solve in 120 digits', () => {
    fc.assert(
      fc.property(problems, (given) => {
        const { meanTimeToDataLossHours } = durability(given);
        expect(meanTimeToDataLossHours / denseMeanTime(generator(given))).toBeCloseTo(1, 12);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  test('the annual loss agrees with a Taylor series in 120 digits, however small', () => {
    fc.assert(
      fc.property(problems, (given) => {
        const { annualLossProbability } = durability(given);
        expect(annualLossProbability / taylorLoss(generator(given))).toBeCloseTo(1, 12);
      }),
      { seed: 42, numRuns: 60 },
    );
  });

  test('a loss of 1e-20 a year keeps its digits', () => {
    const given = problem({ copies: 9, copiesNeeded: 3, meanTimeToFailureHours: 2e6, meanTimeToRepairHours: 100 });
    const { annualLossProbability, nines } = durability(given);
    expect(annualLossProbability).toBeLessThan(1e-20);
    expect(annualLossProbability / taylorLoss(generator(given))).toBeCloseTo(1, 12);
    expect(nines).toBeCloseTo(-Math.log10(annualLossProbability), 12);
  });
});

describe('what must hold', () => {
  test('rare loss happens once in a mean time: the year over the mean time, for 1e30 hours as well', () => {
    const { meanTimeToDataLossHours, annualLossProbability } = durability(
      problem({ copies: 12, copiesNeeded: 3, meanTimeToFailureHours: 1e6, meanTimeToRepairHours: 10 }),
    );
    expect(meanTimeToDataLossHours).toBeGreaterThan(1e30);
    // The start with all copies is worth a few repair times.
    expect((annualLossProbability * meanTimeToDataLossHours) / HOURS_PER_YEAR).toBeCloseTo(1, 2);
  });

  test('more copies, faster repair and fewer needed never lose more', () => {
    fc.assert(
      fc.property(problems, (given) => {
        const { annualLossProbability: loss } = durability(given);
        const slack = loss * (1 + 1e-9);
        expect(durability({ ...given, copies: given.copies + 1 }).annualLossProbability).toBeLessThanOrEqual(slack);
        expect(durability({ ...given, repair: 'parallel' }).annualLossProbability).toBeLessThanOrEqual(slack);
        expect(
          durability({ ...given, meanTimeToRepairHours: given.meanTimeToRepairHours / 2 }).annualLossProbability,
        ).toBeLessThanOrEqual(slack);
      }),
      { seed: 42, numRuns: 100 },
    );
  });

  test('certain loss is certain, and has no nines', () => {
    const { annualLossProbability, nines } = durability(
      problem({ meanTimeToFailureHours: 1, meanTimeToRepairHours: 1e6 }),
    );
    expect(annualLossProbability).toBeCloseTo(1, 12);
    expect(nines).toBeCloseTo(0, 12);
  });
});

describe('bad input', () => {
  test.each([
    [{ copies: 0 }, 'input/invalid', 'durability.copies'],
    [{ copies: 2.5 }, 'input/invalid', 'durability.copies'],
    [{ copies: 201 }, 'input/invalid', 'durability.copies'],
    [{ copiesNeeded: 3 }, 'input/invalid', 'durability.copies_needed'],
    [{ meanTimeToFailureHours: 0 }, 'input/invalid', 'durability.mean_time_to_failure_hours'],
    [{ meanTimeToRepairHours: Number.NaN }, 'input/invalid', 'durability.mean_time_to_repair_hours'],
  ])('%o', (given, code, path) => {
    expect(attempt(() => durability(problem(given)))).toMatchObject({ ok: false, failure: { code, path } });
  });

  test('a loss too rare for a double is refused, not called impossible', () => {
    const result = attempt(() => durability(problem({ copies: 100, meanTimeToRepairHours: 0.001 })));
    expect(result).toMatchObject({ ok: false, failure: { code: 'availability/too_large' } });
  });
});
