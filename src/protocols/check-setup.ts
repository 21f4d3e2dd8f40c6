/**
 * What every protocol demands of a setup before its own demands: a number of nodes in its range, and a variant that it has.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import type { AnyDefinition, Setup } from './definition.ts';

/** Fails where the definition has no such size or no such variant. */
export function checkSetup(
  { name, nodes, variants }: Pick<AnyDefinition, 'name' | 'nodes' | 'variants'>,
  setup: Setup,
): void {
  if (!Number.isInteger(setup.nodes) || setup.nodes < nodes.min || setup.nodes > nodes.max)
    fail('input/invalid', {
      message: `${name} does not run on that many nodes`,
      path: 'nodes',
      received: renderReceived(setup.nodes),
      expected: `an integer from ${nodes.min} to ${nodes.max}`,
      nextStep: `Give e.g. {"nodes":${nodes.standard}}.`,
    });
  if (setup.variant !== undefined && !variants.some((variant) => variant.name === setup.variant))
    fail('input/invalid', {
      message: `${name} has no variant of that name`,
      path: 'variant',
      received: renderReceived(setup.variant),
      expected: variants.length === 0 ? 'no variant' : `one of ${variants.map((variant) => variant.name).join(', ')}`,
      nextStep: 'Give one of these, or leave it out for the correct protocol.',
    });
}
