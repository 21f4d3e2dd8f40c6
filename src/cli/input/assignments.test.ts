import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { attempt } from '../../kernel/failure.ts';
import type { JsonSchema } from '../../registry/json-schema.ts';
import { applyAssignments } from './assignments.ts';

const schema = z.toJSONSchema(
  z.object({
    nodes: z.int(),
    name: z.string(),
    search: z.boolean(),
    network: z.object({ latency_ms: z.int(), label: z.string() }),
    labels: z.record(z.string(), z.string()),
    zones: z.array(z.object({ id: z.string(), availability: z.number() })),
  }),
) as JsonSchema;

const apply = (...assignments: string[]): unknown => applyAssignments({}, assignments, schema);

describe('values', () => {
  test.each<[string, unknown]>([
    ['nodes=5', { nodes: 5 }],
    ['nodes=five', { nodes: 'five' }],
    ['nodes=', { nodes: '' }],
    ['name=5', { name: '5' }],
    ['name=a=b', { name: 'a=b' }],
    ['name="quoted"', { name: '"quoted"' }],
    ['search=true', { search: true }],
    ['network.latency_ms=5', { network: { latency_ms: 5 } }],
    ['network.label=7', { network: { label: '7' } }],
    ['network={"latency_ms":5}', { network: { latency_ms: 5 } }],
    ['zones=[{"id":"x"}]', { zones: [{ id: 'x' }] }],
    ['zones[0].id=1', { zones: [{ id: '1' }] }],
    ['zones.0.availability=0.9', { zones: [{ availability: 0.9 }] }],
    ['labels.rack=7', { labels: { rack: '7' } }],
    ['unheard_of=1', { unheard_of: 1 }],
    ['unheard_of=word', { unheard_of: 'word' }],
  ])('%s', (assignment, expected) => {
    expect(apply(assignment)).toEqual(expected);
  });

  test('later ones win, and lay themselves over what was there', () => {
    expect(apply('network.latency_ms=5', 'network.label=x', 'network.latency_ms=6')).toEqual({
      network: { latency_ms: 6, label: 'x' },
    });
    expect(apply('nodes=3', 'nodes.deeper=1')).toEqual({ nodes: { deeper: 1 } });
    expect(apply('zones[0].id=x', 'zones[1].id=y', 'zones[0].availability=1')).toEqual({
      zones: [{ id: 'x', availability: 1 }, { id: 'y' }],
    });
  });

  test('the input that was given is not changed', () => {
    const input = { network: { latency_ms: 1 } };
    expect(applyAssignments(input, ['network.latency_ms=2'], schema)).toEqual({ network: { latency_ms: 2 } });
    expect(input).toEqual({ network: { latency_ms: 1 } });
  });
});

describe('refusals', () => {
  test.each(['nodes', '=5', '.nodes=5', 'network..x=1', 'zones[1].id=x', 'zones[]=1'])('%s', (assignment) => {
    const outcome = attempt(() => applyAssignments({ zones: [] }, [assignment], schema));
    expect(outcome).toMatchObject({
      ok: false,
      failure: { code: 'input/unparsable', received: JSON.stringify(assignment) },
    });
  });

  test('only an object can be added to', () => {
    expect(attempt(() => applyAssignments([1], ['nodes=5'], schema))).toMatchObject({
      ok: false,
      failure: { code: 'input/invalid', received: '[1]' },
    });
  });

  test('keys that reach a prototype elsewhere stay ordinary keys here', () => {
    const input = apply('__proto__.polluted=1', 'constructor.prototype.polluted=1') as object;
    expect(Object.keys(input)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const parsed = JSON.parse('{"__proto__": {"a": 1}}') as object;
    applyAssignments(parsed, ['__proto__.polluted=1'], schema);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
