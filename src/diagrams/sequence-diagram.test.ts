import { expect, test } from 'vitest';
import { renderSequenceDiagram } from './sequence-diagram.ts';

test('a diagram names its lanes once and escapes what Mermaid would interpret', () => {
  const text = renderSequenceDiagram({
    participants: ['client', 'node 1; #2'],
    steps: [
      { kind: 'message', from: 'client', to: 'node 1; #2', label: 'set x = 1; y' },
      { kind: 'message', from: 'node 1; #2', to: 'client', label: 'ok', lost: true },
      { kind: 'note', over: ['client', 'node 1; #2'], text: 'first\nsecond' },
    ],
  });
  expect(text).toBe(
    [
      'sequenceDiagram',
      '  participant p1 as client',
      '  participant p2 as node 1#59; #35;2',
      '  p1->>p2: set x = 1#59; y',
      '  p2-xp1: ok',
      '  Note over p1,p2: first second',
    ].join('\n'),
  );
});
