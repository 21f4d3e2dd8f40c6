/**
 * Writes a quorum expression in the language of `parse-expression.ts`, so that reading it back gives the same tree.
 */
import { type Expression, type Threshold, votesOf } from './expression.ts';

const BARE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** `ids` are the names of the nodes by index. */
export function renderExpression(expression: Expression, ids: readonly string[]): string {
  if (expression.kind === 'node') return renderName(ids[expression.node] ?? String(expression.node));
  const { needed, children, votes } = expression;
  if (votes !== undefined) return renderWeighted(expression, ids);
  if (needed === 1) return children.map((child) => renderOperand(child, ids, isSum)).join(' + ');
  if (needed === children.length) return children.map((child) => renderOperand(child, ids, isOperator)).join('*');
  const list = children.map((child) => renderExpression(child, ids)).join(', ');
  return needed === Math.floor(children.length / 2) + 1 ? `majority(${list})` : `choose(${needed}, ${list})`;
}

function renderName(name: string): string {
  return BARE_NAME.test(name) ? name : JSON.stringify(name);
}

function renderWeighted(threshold: Threshold, ids: readonly string[]): string {
  const list = threshold.children.map(
    (child, index) => `${votesOf(threshold, index)} ${renderOperand(child, ids, isOperator)}`,
  );
  return `choose(${threshold.needed} votes, ${list.join(', ')})`;
}

function renderOperand(
  child: Expression,
  ids: readonly string[],
  needsParentheses: (child: Expression) => boolean,
): string {
  const text = renderExpression(child, ids);
  return needsParentheses(child) ? `(${text})` : text;
}

function isSum(child: Expression): boolean {
  return child.kind === 'threshold' && child.votes === undefined && child.needed === 1;
}

/** Written with "+" or "*". */
function isOperator(child: Expression): boolean {
  return (
    isSum(child) || (child.kind === 'threshold' && child.votes === undefined && child.needed === child.children.length)
  );
}
