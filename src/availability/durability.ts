/**
 * Durability of data kept in n copies (or erasure-coded fragments) of which k suffice: a Markov chain over the number of
 * lost copies, absorbed when fewer than k are left. Copies fail independently at a constant rate; repair takes an
 * exponential time, for all lost copies at once (parallel) or for one after another (serial). Correlated loss (a site, a
 * bad batch, an operator), latent sector errors and age are not in the model: real durability is lower.
 *
 * Mean time to data loss: the mean first-passage times from j to j + 1 lost copies, a recurrence of positive terms (W.
 * Grassmann, M. Taksar, D. Heyman, Operations Research 33(5), 1985, for why that keeps all digits). Loss within a year:
 * the matrix exponential by uniformisation (A. Jensen, 1953) over a slice of the year so short that less than one event
 * is expected, squared until the year is full. All matrices are stochastic and no term is ever subtracted, so that
 * 1e-20 is as accurate as 0.1. O(m^3 log(rate x year)) for m = n - k + 1 losses.
 *
 * K. Rao, J. Hafner, R. Golding, "Reliability for Networked Storage Nodes", IEEE TDSC 8(3), 2011, section 4.
 */
import { fail, renderReceived } from '../kernel/failure.ts';

export interface DurabilityProblem {
  /** Copies or fragments stored. */
  readonly copies: number;
  /** How many of them suffice to read the data: 1 for replicas, the data fragments for an erasure code. */
  readonly copiesNeeded: number;
  /** Of one copy. */
  readonly meanTimeToFailureHours: number;
  readonly meanTimeToRepairHours: number;
  readonly repair: 'parallel' | 'serial';
}

export interface Durability {
  readonly meanTimeToDataLossHours: number;
  /** Probability of loss within 8760 hours of having all copies. */
  readonly annualLossProbability: number;
  /** -log10 of the annual loss probability: 11 means one object in 10^11 a year. */
  readonly nines: number;
}

export const COPIES_MAX = 200;
const HOURS_PER_YEAR = 8760;

export function durability(problem: DurabilityProblem): Durability {
  check(problem);
  const chain = chainOf(problem);
  const meanTimeToDataLossHours = meanTimeToAbsorption(chain);
  const annualLossProbability = absorbedWithin(chain, HOURS_PER_YEAR);
  if (!Number.isFinite(meanTimeToDataLossHours) || annualLossProbability === 0) failOnRarity();
  return { meanTimeToDataLossHours, annualLossProbability, nines: Math.abs(Math.log10(annualLossProbability)) };
}

/** Rates per hour by number of lost copies; one more loss than the last entry means data loss. */
interface LossChain {
  readonly failureRates: readonly number[];
  readonly repairRates: readonly number[];
}

function chainOf({ copies, copiesNeeded, repair, ...times }: DurabilityProblem): LossChain {
  const survivable = Array.from({ length: copies - copiesNeeded + 1 }, (_, lost) => lost);
  return {
    failureRates: survivable.map((lost) => (copies - lost) / times.meanTimeToFailureHours),
    repairRates: survivable.map(
      (lost) => (repair === 'parallel' ? lost : Math.min(1, lost)) / times.meanTimeToRepairHours,
    ),
  };
}

/** Sum of the mean times from each number of lost copies to the next; a repair costs the way back again. */
function meanTimeToAbsorption({ failureRates, repairRates }: LossChain): number {
  let toNext = 0;
  let total = 0;
  failureRates.forEach((failureRate, lost) => {
    toNext = (1 + (repairRates[lost] ?? 0) * toNext) / failureRate;
    total += toNext;
  });
  return total;
}

/** Row i, column j: probability of being in j some time after being in i. The last state is data loss. */
type TransitionMatrix = Float64Array[];

function absorbedWithin(chain: LossChain, hours: number): number {
  const exitRate = Math.max(...chain.failureRates.map((rate, lost) => rate + (chain.repairRates[lost] ?? 0)));
  const squarings = Math.max(0, Math.ceil(Math.log2(exitRate * hours)));
  let transitions = overSlice(chain, exitRate, hours / 2 ** squarings);
  for (let count = 0; count < squarings; count++) transitions = normalizeRows(square(transitions));
  return Math.min(1, transitions[0]?.at(-1) ?? 0);
}

/** Beyond the jumps that a loss needs, terms shrink at least as 1/k!, and 1/30! is out of sight. */
const EXTRA_JUMPS = 30;

/** The exponential of rates x hours, where less than one event is expected: Poisson-weighted powers of the jump chain. */
function overSlice(chain: LossChain, exitRate: number, hours: number): TransitionMatrix {
  const size = chain.failureRates.length + 1;
  const events = exitRate * hours;
  const total = zeros(size);
  let power = identity(size);
  let weight = Math.exp(-events);
  for (let jumps = 0; jumps <= size + EXTRA_JUMPS; jumps++) {
    total.forEach((row, from) => {
      for (let to = 0; to < size; to++) row[to] = at(row, to) + weight * at(power[from], to);
    });
    power = power.map((row) => jump(row, chain, exitRate));
    weight *= events / (jumps + 1);
  }
  return normalizeRows(total);
}

/** One event of the uniformised chain: a failure, a repair, or nothing. */
function jump(before: Float64Array, { failureRates, repairRates }: LossChain, exitRate: number): Float64Array {
  const after = new Float64Array(before.length);
  failureRates.forEach((failureRate, lost) => {
    const fails = failureRate / exitRate;
    const repaired = (repairRates[lost] ?? 0) / exitRate;
    const mass = at(before, lost);
    after[lost + 1] = at(after, lost + 1) + mass * fails;
    after[lost] = at(after, lost) + mass * Math.max(0, 1 - fails - repaired);
    if (lost > 0) after[lost - 1] = at(after, lost - 1) + mass * repaired;
  });
  const loss = before.length - 1;
  after[loss] = at(after, loss) + at(before, loss);
  return after;
}

function square(matrix: TransitionMatrix): TransitionMatrix {
  return matrix.map((row) => {
    const product = new Float64Array(row.length);
    matrix.forEach((next, via) => {
      const mass = at(row, via);
      for (let to = 0; to < next.length; to++) product[to] = at(product, to) + mass * at(next, to);
    });
    return product;
  });
}

/** Keeps rounding errors from doubling with every squaring. */
function normalizeRows(matrix: TransitionMatrix): TransitionMatrix {
  return matrix.map((row) => {
    const sum = row.reduce((total, entry) => total + entry, 0);
    return row.map((entry) => entry / sum);
  });
}

function zeros(size: number): TransitionMatrix {
  return Array.from({ length: size }, () => new Float64Array(size));
}

function identity(size: number): TransitionMatrix {
  return zeros(size).map((row, index) => row.fill(1, index, index + 1));
}

function at(row: Float64Array | undefined, index: number): number {
  return row?.[index] ?? 0;
}

function check(problem: DurabilityProblem): void {
  const { copies, copiesNeeded } = problem;
  expectThat(
    Number.isInteger(copies) && copies >= 1 && copies <= COPIES_MAX,
    ['copies', `an integer from 1 to ${COPIES_MAX}`],
    copies,
  );
  expectThat(
    Number.isInteger(copiesNeeded) && copiesNeeded >= 1 && copiesNeeded <= copies,
    ['copies_needed', `an integer from 1 to the number of copies, ${copies}`],
    copiesNeeded,
  );
  const times = {
    mean_time_to_failure_hours: problem.meanTimeToFailureHours,
    mean_time_to_repair_hours: problem.meanTimeToRepairHours,
  };
  for (const [path, hours] of Object.entries(times)) {
    expectThat(Number.isFinite(hours) && hours > 0, [path, 'a positive finite number of hours'], hours);
  }
}

function expectThat(
  holds: boolean,
  [path, expected]: readonly [path: string, expected: string],
  received: number,
): void {
  if (holds) return;
  fail('input/invalid', {
    message: `${path.replaceAll('_', ' ')} is out of range`,
    path: `durability.${path}`,
    received: renderReceived(received),
    expected,
    nextStep: `Give durability.${path} as ${expected}.`,
  });
}

function failOnRarity(): never {
  return fail('availability/too_large', {
    message: 'data loss is so rare in this model that its probability underflows 1e-300',
    path: 'durability',
    expected: 'a loss probability that a double can hold',
    nextStep: 'Consider correlated failures instead: at this level independent ones are not what loses data.',
  });
}
