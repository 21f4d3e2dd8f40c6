import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { DecisionDiagrams, FALSE, TRUE } from './decision-diagram.ts';

const VARIABLES = 4;

type Formula = number | readonly [condition: Formula, then: Formula, otherwise: Formula];

const formulas = fc.letrec<{ formula: Formula; constant: number; variable: number; choice: Formula }>((tie) => ({
  formula: fc.oneof({ depthSize: 'medium' }, tie('constant'), tie('variable'), tie('choice')),
  constant: fc.constantFrom(-2, -1),
  variable: fc.nat({ max: VARIABLES - 1 }),
  choice: fc.tuple(tie('formula'), tie('formula'), tie('formula')),
})).formula;

function build(formula: Formula, diagrams: DecisionDiagrams): number {
  if (typeof formula !== 'number') {
    const [condition, then, otherwise] = formula.map((part) => build(part, diagrams));
    return diagrams.ifThenElse(condition ?? 0, then ?? 0, otherwise ?? 0);
  }
  return formula < 0 ? formula + 2 : diagrams.variable(formula);
}

function evaluate(formula: Formula, assignment: number): boolean {
  if (typeof formula === 'number') return formula < 0 ? formula === -1 : ((assignment >> formula) & 1) === 1;
  const [condition, then, otherwise] = formula;
  return evaluate(evaluate(condition, assignment) ? then : otherwise, assignment);
}

/** The truth table as a bit mask. */
function tableOf(formula: Formula): number {
  return Array.from({ length: 2 ** VARIABLES }, (_, assignment) => evaluate(formula, assignment)).reduce(
    (mask, value, assignment) => mask | (value ? 1 << assignment : 0),
    0,
  );
}

describe('decision diagrams', () => {
  test('two formulas have the same diagram exactly when they have the same truth table', () => {
    fc.assert(
      fc.property(fc.array(formulas, { minLength: 2, maxLength: 12 }), (batch) => {
        const diagrams = new DecisionDiagrams(stepBudget(100_000));
        const built = batch.map((formula) => ({ diagram: build(formula, diagrams), table: tableOf(formula) }));
        for (const one of built) {
          for (const other of built) expect(one.diagram === other.diagram).toBe(one.table === other.table);
        }
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  test('a fold that takes the branch of an assignment evaluates the formula', () => {
    fc.assert(
      fc.property(formulas, fc.nat({ max: 2 ** VARIABLES - 1 }), (formula, assignment) => {
        const diagrams = new DecisionDiagrams(stepBudget(100_000));
        const value = diagrams.fold(build(formula, diagrams), { atFalse: 0, atTrue: 1 }, (level, low, high) =>
          ((assignment >> level) & 1) === 1 ? high : low,
        );
        expect(value === 1).toBe(evaluate(formula, assignment));
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  test('growing keeps what was built: parity of 3,000 variables has two nodes a level', () => {
    const diagrams = new DecisionDiagrams(stepBudget(1_000_000));
    let parity = FALSE;
    for (let level = 2999; level >= 0; level--) {
      parity = diagrams.ifThenElse(diagrams.variable(level), diagrams.ifThenElse(parity, FALSE, TRUE), parity);
    }
    const odd = diagrams.fold(parity, { atFalse: 0, atTrue: 1 }, (_, low, high) => (low + high) / 2);
    expect(odd).toBe(0.5);
    expect(diagrams.variable(17)).toBe(diagrams.variable(17));
    expect(diagrams.stopped).toBe(false);
  });

  test('a spent budget stops the work and says so', () => {
    const diagrams = new DecisionDiagrams(stepBudget(1));
    const [a, b, c] = [0, 1, 2].map((level) => diagrams.variable(level));
    diagrams.ifThenElse(a ?? 0, b ?? 0, c ?? 0);
    diagrams.ifThenElse(b ?? 0, c ?? 0, a ?? 0);
    expect(diagrams.stopped).toBe(true);
  });
});
