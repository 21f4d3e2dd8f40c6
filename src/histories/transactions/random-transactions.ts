/** Random small histories of transactions for tests: a plausible store that now and then shows something else. */
import type { Prng } from '../../kernel/prng.ts';
import type { History, Operation, Outcome, Value } from '../history.ts';
import type { Workload } from './transaction-table.ts';

export interface TransactionShape {
  readonly workload: Workload;
  readonly transactions: number;
  readonly processes: number;
  readonly keys: number;
  readonly most: number;
  /** Of ten reads, so many show an older or otherwise wrong state. */
  readonly wrongInTen: number;
  /** Of ten transactions, so many fail and so many stay open. */
  readonly failedInTen: number;
  readonly openInTen: number;
}

/** A read that is to show any state its key ever had, once these are known. */
interface Wrong {
  readonly output: Value[];
  readonly index: number;
  readonly key: number;
}

type Draft = { -readonly [Name in keyof Operation]: Operation[Name] };

export function randomTransactions(prng: Prng, shape: TransactionShape): History {
  const operations: Draft[] = [];
  const running: (Draft | undefined)[] = Array.from({ length: shape.processes });
  const names = running.map((_, index) => index);
  /** By key: all lists or values there ever were, and those of attempts that came to nothing. */
  const states: Value[][] = Array.from({ length: shape.keys }, () => [null]);
  const wrong: Wrong[] = [];
  let event = 0;
  let nextName = shape.processes;
  while (operations.length < shape.transactions || running.some((draft) => draft !== undefined)) {
    const at = prng.nextInt(shape.processes);
    const draft = running[at];
    if (draft === undefined) {
      if (operations.length === shape.transactions) continue;
      const opened = invoke(prng, shape, states, wrong, operations.length, names[at] ?? 0, event++);
      operations.push(opened);
      running[at] = opened;
      continue;
    }
    running[at] = undefined;
    if (draft.outcome === 'open') names[at] = nextName++;
    else draft.completed = event++;
  }
  for (const { output, index, key } of wrong) {
    const possible = states[key] ?? [];
    output[index] = ['r', key, possible[prng.nextInt(possible.length)] ?? null];
  }
  return { operations, processes: Array.from({ length: nextName }, (_, index) => `${index}`), remarks: [] };
}

/** The transaction takes effect at its invocation. */
function invoke(
  prng: Prng,
  shape: TransactionShape,
  states: Value[][],
  wrong: Wrong[],
  id: number,
  process: number,
  event: number,
): Draft {
  const outcome = outcomeOf(prng, shape);
  const takesEffect = outcome === 'ok' || (outcome === 'open' && prng.nextInt(2) === 0);
  const isList = shape.workload === 'list-append';
  const input: Value[] = [];
  const output: Value[] = [];
  const written = new Map<number, Value>();
  const read = new Set<number>();
  const length = 1 + prng.nextInt(shape.most);
  for (let index = 0; index < length; index++) {
    const key = prng.nextInt(shape.keys);
    const history = states[key] ?? [];
    const now = written.get(key) ?? history[history.length - 1] ?? null;
    if (prng.nextInt(2) === 0) {
      const value = id * 10 + index;
      const micro = [isList ? 'append' : 'w', key, value];
      input.push(micro);
      output.push(micro);
      written.set(key, isList ? [...((now ?? []) as Value[]), value] : value);
      continue;
    }
    // A second read of a key that shows something else is wrong under nearly every model: rarely.
    const isAgain = written.has(key) || read.has(key);
    if (prng.nextInt(10) < shape.wrongInTen && (!isAgain || prng.nextInt(8) === 0)) wrong.push({ output, index, key });
    read.add(key);
    input.push(['r', key, null]);
    output.push(['r', key, now]);
  }
  // A failed attempt is seen now and then, which is wrong; one that came to nothing is not the present state.
  for (const [key, value] of written) {
    if (takesEffect) states[key]?.push(value);
    else if (prng.nextInt(4) === 0) states[key]?.splice(0, 0, value);
  }
  return {
    id,
    process,
    f: 'txn',
    key: undefined,
    input,
    output: outcome === 'ok' ? output : null,
    outcome,
    invoked: event,
    completed: Infinity,
    invokedLine: event + 1,
  };
}

function outcomeOf(prng: Prng, { failedInTen, openInTen }: TransactionShape): Outcome {
  const chance = prng.nextInt(10);
  if (chance < failedInTen) return 'failed';
  return chance < failedInTen + openInTen ? 'open' : 'ok';
}
