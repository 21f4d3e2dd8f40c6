/**
 * Changing the voting members: whether one step from the old to the new is safe, and the quorums of the change.
 *
 * In one step some members may already decide by the new configuration while others still decide by the old, so every
 * old majority must meet every new one. Joint consensus instead needs a majority of both, and both steps (old to joint,
 * joint to new) are safe. D. Ongaro, "Consensus: Bridging Theory and Practice", 2014, chapter 4: single-server changes in
 * 4.1, joint consensus in 4.3. Single-server changes have a known error of 2015: see the rule.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import { allOf, type Expression, majority, node } from './expressions/expression.ts';
import { renderExpression } from './expressions/render-expression.ts';

export interface MembershipChangeRequest {
  /** Ids of the voting members before and after. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export interface MembershipChange {
  /** Whether every old majority meets every new one. */
  readonly oneStepIsSafe: boolean;
  /** Two majorities that share nobody, when they exist. */
  readonly disjointMajorities?: { readonly old: readonly string[]; readonly new: readonly string[] };
  /** Old members in their order, then those that are new: node i of `joint` is members[i]. */
  readonly members: readonly string[];
  /** A majority of the old and a majority of the new. */
  readonly joint: Expression;
  readonly jointQuorum: string;
  /** What makes the change safe. */
  readonly rule: string;
}

export function analyzeMembershipChange({ from, to }: MembershipChangeRequest): MembershipChange {
  checkMembers(from, 'membership_change.from');
  checkMembers(to, 'membership_change.to');
  const members = [...new Set([...from, ...to])];
  const joint = jointConsensus(members, from, to);
  const disjointMajorities = findDisjointMajorities(from, to);
  return {
    oneStepIsSafe: disjointMajorities === undefined,
    ...(disjointMajorities === undefined ? {} : { disjointMajorities }),
    members,
    joint,
    jointQuorum: renderExpression(joint, members),
    rule: ruleFor(from, to, disjointMajorities === undefined),
  };
}

function jointConsensus(members: readonly string[], from: readonly string[], to: readonly string[]): Expression {
  const indexOf = new Map(members.map((id, index) => [id, index]));
  const majorityOf = (ids: readonly string[]): Expression => majority(ids.map((id) => node(indexOf.get(id) ?? 0)));
  return isSameSet(from, to) ? majorityOf(from) : allOf([majorityOf(from), majorityOf(to)]);
}

/** Each side takes first the members that only it has; the shared ones go to the old side from the front. */
function findDisjointMajorities(
  from: readonly string[],
  to: readonly string[],
): MembershipChange['disjointMajorities'] {
  const inFrom = new Set(from);
  const inTo = new Set(to);
  const shared = from.filter((id) => inTo.has(id));
  const old = [...from.filter((id) => !inTo.has(id)), ...shared].slice(0, majoritySize(from));
  const fresh = [...to.filter((id) => !inFrom.has(id)), ...shared.toReversed()].slice(0, majoritySize(to));
  const inOld = new Set(old);
  return fresh.some((id) => inOld.has(id)) ? undefined : { old, new: fresh };
}

function majoritySize(members: readonly string[]): number {
  return Math.floor(members.length / 2) + 1;
}

function ruleFor(from: readonly string[], to: readonly string[], oneStepIsSafe: boolean): string {
  if (isSameSet(from, to)) return 'Nothing changes.';
  const changed = from.filter((id) => !to.includes(id)).length + to.filter((id) => !from.includes(id)).length;
  if (changed === 1) {
    return (
      'One server is added or removed, so every old majority meets every new one. The leader must commit an entry of ' +
      'its own term before it starts the change (the error found in 2015), and only one change may be under way.'
    );
  }
  const joint =
    'Use joint consensus: commit C_old,new with a majority of the old and of the new members, then commit C_new with a ' +
    'majority of the new.';
  return oneStepIsSafe
    ? `Every old majority meets every new one, but implementations check only changes of a single server. ${joint}`
    : `An old majority and a new one can be disjoint and elect two leaders in one term. ${joint}`;
}

function isSameSet(from: readonly string[], to: readonly string[]): boolean {
  const members = new Set(to);
  return from.length === to.length && from.every((id) => members.has(id));
}

function checkMembers(ids: readonly string[], path: string): void {
  if (ids.length === 0) {
    fail('input/invalid', {
      message: 'a configuration without voting members has no majority',
      path,
      received: '[]',
      expected: 'at least one id',
      nextStep: 'A call that works: {"membership_change":{"from":["a","b","c"],"to":["a","b","c","d"]}}',
    });
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated === undefined) return;
  fail('input/conflict', {
    message: 'a voting member is listed twice',
    path,
    received: renderReceived(repeated),
    expected: 'ids that differ',
    nextStep: 'Remove one of them.',
  });
}
