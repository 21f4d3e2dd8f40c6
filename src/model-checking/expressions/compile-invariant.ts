/**
 * Properties that users write: text in, a judge of states out. Everything that can be wrong with the text is said here, before a
 * state is explored; see `expression-operators.ts` for the language.
 */
import { fail } from '../../kernel/failure.ts';
import type { StateDescription } from '../transition-system.ts';
import { checkExpression } from './check-expression.ts';
import { compileCondition } from './compile-expression.ts';
import { type Context, frameOf } from './evaluation.ts';
import { explainExpression } from './explain-expression.ts';
import type { Expression } from './expression.ts';
import type { Source } from './expression-source.ts';
import { parseFormula } from './parse-formula.ts';
import { renderExpression } from './render-expression.ts';

export interface InvariantOptions {
  /** Where the text stands in the input, for failures. */
  readonly path: string;
  /** Variables that every state has. */
  readonly names: readonly string[];
}

export interface Invariant {
  /** In the language's own spelling. */
  readonly text: string;
  /** Fails with `model/bad_value` where the expression has no value in this state, and with `model/expression_limit`. */
  readonly evaluate: (state: StateDescription) => boolean;
  /** Which element made it false, with values: `n = n2: n.role is "leader"`. For a state in which it is false. */
  readonly explainFalse: (state: StateDescription) => string;
  /** Which element made it true. For a state in which it is true. */
  readonly explainTrue: (state: StateDescription) => string;
}

export type CompiledProperty =
  | { readonly kind: 'always' | 'sometimes' | 'eventually'; readonly text: string; readonly body: Invariant }
  | { readonly kind: 'leads_to'; readonly text: string; readonly from: Invariant; readonly to: Invariant };

/** An expression that is to be true in every state. */
export function compileInvariant(text: string, options: InvariantOptions): Invariant {
  const formula = parseFormula(text, options.path);
  if (formula.kind === 'always') return compileBody(formula.body, text, options);
  return fail('model/bad_expression', {
    message: 'a property of single states is wanted here, and this one is about whole runs',
    path: options.path,
    received: formula.kind === 'leads_to' ? '"leads to"' : `"${formula.kind}"`,
    expected: 'an expression alone, or after "always"',
    nextStep: 'Leave the temporal form away, or give it where temporal properties are taken.',
  });
}

/** A property of any temporal form; a bare expression is `always`. */
export function compileProperty(text: string, options: InvariantOptions): CompiledProperty {
  const formula = parseFormula(text, options.path);
  if (formula.kind === 'leads_to') {
    const [from, to] = [formula.from, formula.to].map((each) => compileBody(each, text, options)) as [
      Invariant,
      Invariant,
    ];
    return { kind: 'leads_to', text: `${from.text} leads to ${to.text}`, from, to };
  }
  const body = compileBody(formula.body, text, options);
  return { kind: formula.kind, text: formula.kind === 'always' ? body.text : `${formula.kind} ${body.text}`, body };
}

function compileBody(expression: Expression, text: string, { path, names }: InvariantOptions): Invariant {
  const source: Source = { text, path };
  const context: Context = { source, scope: [] };
  checkExpression(expression, { source, names });
  const holds = compileCondition(context, expression, 'a property is true or false');
  const explain = (state: StateDescription): string => explainExpression(context, expression, state);
  return {
    text: renderExpression(expression),
    evaluate: (state) => holds(frameOf(state)),
    explainFalse: explain,
    explainTrue: explain,
  };
}
