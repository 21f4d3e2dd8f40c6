/**
 * Renaming of nodes in a protocol's plain data, by the names of its members: a member holds a node, a list of nodes, or a list with one
 * item for each node. What a protocol declares so, the checker may permute: with three nodes up to six states become one.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { NodeMembers } from '../../protocols/definition.ts';

/** `names` gives each node's new index. The same members in the same order, so that equal states still print alike. */
export function renameNodes(value: unknown, members: NodeMembers, names: readonly NodeIndex[]): unknown {
  if (Array.isArray(value)) return value.map((item) => renameNodes(item, members, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [member, renamedMember(member, inner, members, names)]),
  );
}

function renamedMember(member: string, inner: unknown, members: NodeMembers, names: readonly NodeIndex[]): unknown {
  // The same for all, and held by reference.
  if (member === 'config') return inner;
  if (members.node.includes(member)) return typeof inner === 'number' ? (names[inner] ?? inner) : inner;
  if (members.nodes.includes(member) && Array.isArray(inner))
    return inner.map((node: NodeIndex) => names[node] ?? node).toSorted((a, b) => a - b);
  if (members.byNode.includes(member) && Array.isArray(inner) && inner.length === names.length)
    return names.map((_, at) => renameNodes(inner[names.indexOf(at)], members, names));
  return renameNodes(inner, members, names);
}

/** Every renaming of n nodes but the identity. */
export function permutationsOf(nodes: number): readonly (readonly NodeIndex[])[] {
  const all = permute(Array.from({ length: nodes }, (_, node) => node));
  return all.filter((names) => names.some((name, at) => name !== at));
}

function permute(items: readonly NodeIndex[]): readonly (readonly NodeIndex[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) =>
    permute([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}
