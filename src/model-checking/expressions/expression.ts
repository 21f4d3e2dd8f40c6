/**
 * What an expression over a state is made of. `at` is where in the text a part begins, for messages; it means nothing else.
 */
export type Expression =
  | Literal
  | Name
  | ListOf
  | Member
  | Item
  | Slice
  | Unary
  | Binary
  | Call
  | Quantified
  | Conditional
  | Let;

interface Part<Kind extends string> {
  readonly kind: Kind;
  readonly at: number;
}

export interface Literal extends Part<'literal'> {
  readonly value: null | boolean | number | string;
}

/** A variable of the state, or a bound one. */
export interface Name extends Part<'name'> {
  readonly name: string;
}

export interface ListOf extends Part<'list'> {
  readonly items: readonly Expression[];
}

export interface Member extends Part<'member'> {
  readonly of: Expression;
  readonly name: string;
  /** `a.b?`: null where there is none. */
  readonly isSafe: boolean;
}

export interface Item extends Part<'item'> {
  readonly of: Expression;
  readonly index: Expression;
  readonly isSafe: boolean;
}

/** Items `from` (0 where absent) up to but without `to` (the length where absent). */
export interface Slice extends Part<'slice'> {
  readonly of: Expression;
  readonly from: Expression | undefined;
  readonly to: Expression | undefined;
}

export interface Unary extends Part<'unary'> {
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export interface Binary extends Part<'binary'> {
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Call extends Part<'call'> {
  readonly function: FunctionName;
  readonly arguments: readonly Expression[];
}

export interface Quantified extends Part<'quantified'> {
  readonly quantifier: Quantifier;
  readonly bindings: readonly Binding[];
  readonly body: Expression;
}

/** `a, b in nodes`: each name ranges over the whole domain. A domain may use the names of the bindings before it. */
export interface Binding {
  readonly names: readonly string[];
  readonly at: number;
  readonly domain: Expression;
}

export interface Conditional extends Part<'if'> {
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}

export interface Let extends Part<'let'> {
  readonly name: string;
  readonly value: Expression;
  readonly body: Expression;
}

export type UnaryOperator = 'not' | '-';

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type LogicalOperator = 'iff' | 'implies' | 'or' | 'and';
export type BinaryOperator = LogicalOperator | ComparisonOperator | ArithmeticOperator | '..';

/** `all` and `some` stand before their names; the others are written like functions: `count(n in nodes: …)`. */
export type Quantifier = 'all' | 'some' | 'count' | 'sum' | 'min' | 'max' | 'filter' | 'map';

export type FunctionName = 'len' | 'last' | 'sum' | 'min' | 'max' | 'distinct' | 'keys' | 'values' | 'abs';

/** A property as a person writes it: temporal forms stand at the beginning only, and a bare expression means `always`. */
export type Formula =
  | { readonly kind: 'always' | 'sometimes' | 'eventually'; readonly body: Expression }
  | { readonly kind: 'leads_to'; readonly from: Expression; readonly to: Expression };
