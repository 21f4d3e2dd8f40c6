/**
 * Random traces for properties: any events in order of time, any text in them, nodes that exist. Nothing else is promised: a node may lead
 * before it starts, and answers may come without a request.
 */
import fc from 'fast-check';
import type { Response } from '../../protocols/protocol.ts';
import type { Trace, TraceEvent } from '../../simulation/trace.ts';

export function randomTrace(): fc.Arbitrary<Trace> {
  return fc
    .array(text(), { minLength: 1, maxLength: 6 })
    .chain((names) =>
      fc.record({
        names: fc.constant(names),
        events: fc.array(randomEvent(names.length), { maxLength: 60 }).map(inOrder),
        endUs: fc.nat(2_000_000),
        omitted: fc.nat(3),
      }),
    );
}

function randomEvent(nodes: number): fc.Arbitrary<TraceEvent> {
  const node = fc.nat(nodes - 1);
  const atUs = fc.nat(2_000_000);
  const optional = { requiredKeys: ['kind', 'atUs', 'node', 'role', 'leads', 'state', 'cause'] as const };
  const state = {
    kind: fc.constant('state' as const),
    atUs,
    node,
    role: fc.oneof(fc.constantFrom('leader', 'follower', 'candidate'), text()),
    term: fc.nat(9),
    leads: fc.boolean(),
    state: text(),
    before: text(),
    cause: text(),
  };
  const request = fc.record({
    client: fc.nat(3),
    number: fc.nat(9),
    command: fc.record({ kind: text(), key: fc.nat(3), value: fc.integer() }, { requiredKeys: ['kind'] }),
  });
  const response: fc.Arbitrary<Response> = fc.oneof(
    fc.record(
      { status: fc.constant('ok' as const), value: fc.oneof(fc.integer(), fc.constant(null)) },
      { requiredKeys: ['status'] },
    ),
    fc.record({ status: fc.constant('failed' as const), reason: text() }),
    fc.record({ status: fc.constant('redirect' as const), to: node }, { requiredKeys: ['status'] }),
  );
  const fault = fc.constantFrom('crash', 'partition', 'pause', 'slow', 'slow-disk', 'clock', 'link', 'command', 'other', 'toString');
  return fc.oneof(
    fc.record(state, { requiredKeys: [...optional.requiredKeys] }),
    randomMessage(nodes),
    fc.record({ kind: fc.constant('timer' as const), atUs, node, timer: text() }),
    fc.record({ kind: fc.constant('invoke' as const), atUs, node, request }),
    fc.record({ kind: fc.constant('complete' as const), atUs, client: fc.nat(3), number: fc.nat(9), node, response }),
    fc.record({ kind: fc.constantFrom('up' as const, 'down' as const), atUs, node }),
    fc
      .record({ atUs, fault, nodes: fc.uniqueArray(node), text: text(), lengthUs: fc.option(fc.nat(900_000)) })
      .map(({ lengthUs, ...rest }): TraceEvent => ({
        kind: 'fault',
        ...rest,
        ...(lengthUs === null ? {} : { untilUs: rest.atUs + lengthUs }),
      })),
    fc.record(
      { kind: fc.constant('violation' as const), atUs, node, property: text(), text: text() },
      { requiredKeys: ['kind', 'atUs', 'property', 'text'] },
    ),
  );
}

function randomMessage(nodes: number): fc.Arbitrary<TraceEvent> {
  const fate = fc.oneof(
    fc.nat(300_000).map((delayUs) => ({ delayUs })),
    fc.constantFrom('loss' as const, 'partition' as const, 'down' as const, 'unfinished' as const),
  );
  return fc
    .record({ atUs: fc.nat(2_000_000), id: fc.nat(40), from: fc.nat(nodes - 1), to: fc.nat(nodes - 1), text: text(), fate })
    .map(({ fate: end, ...rest }) => ({
      kind: 'message',
      ...rest,
      ...(typeof end === 'string' ? { lostBecause: end } : { deliveredUs: rest.atUs + end.delayUs }),
    }));
}

/** Text that tries to break out of where it is written. */
function text(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('<b>&amp;"\'</b>', ']]>', '</title></svg><script>', '\ud800', '\u0000\u0007\ufffe', 'n1', 'a\nn2 {"n2":9}', ';#-->>x:'),
  );
}

function inOrder(events: readonly TraceEvent[]): TraceEvent[] {
  return [...events].sort((a, b) => a.atUs - b.atUs);
}
