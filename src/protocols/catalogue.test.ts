import { expect, test } from 'vitest';
import { protocolCards } from '../knowledge/protocol-cards.ts';
import { PROTOCOLS } from './catalogue.ts';

test.each(PROTOCOLS.map(({ name, card }) => [name, card] as const))(
  '%s has a card in the knowledge base',
  (_, card) => {
    expect(protocolCards().map(({ id }) => id)).toContain(card);
  },
);

test('no two protocols share a name', () => {
  expect(new Set(PROTOCOLS.map(({ name }) => name)).size).toBe(PROTOCOLS.length);
});
